import { type Context, Hono } from 'hono'
import type { SecureHeadersVariables } from 'hono/secure-headers'
import { findProduct } from './catalog.ts'
import { clientFiles } from './client-files.ts'
import type { Env } from './env.ts'
import { layout, type Page } from './layout.ts'
import { account } from './pages/account.ts'
import { cart } from './pages/cart.ts'
import { home } from './pages/home.ts'
import { notFound } from './pages/not-found.ts'
import { productPage } from './pages/product.ts'
import { policy } from './policy.ts'

type Shop = { Bindings: Env; Variables: SecureHeadersVariables }

const show = (c: Context<Shop>, page: Page, status: 200 | 404 = 200) =>
  c.html(layout(c.env, c.get('secureHeadersNonce') ?? '', page), status)

const app = new Hono<Shop>()

app.get('/client/:file', (c) => {
  const file = clientFiles.get(c.req.param('file'))
  return file ? c.body(file.text, 200, { 'content-type': file.type }) : c.text('not found', 404)
})

app.use(policy)
app.get('/', (c) => show(c, home))
app.get('/cart', (c) => show(c, cart))
app.get('/account', (c) => show(c, account))
app.get('/product/:id', (c) => {
  const product = findProduct(c.req.param('id'))
  return product ? show(c, productPage(product)) : show(c, notFound, 404)
})
app.notFound((c) => show(c, notFound, 404))

export default app
