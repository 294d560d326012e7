import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { clientFiles } from './client-files.ts'
import type { Env } from './env.ts'
import type { Inbox } from './inbox.ts'
import { page } from './page.ts'
import { policy } from './policy.ts'
import { readChange } from './read-change.ts'
import { readErased } from './read-erased.ts'
import { readProfile } from './read-profile.ts'
import { verify } from './verify.ts'

export { Inbox } from './inbox.ts'

const maxBodyBytes = 256 * 1024
const defaultListed = 200
const maxListed = 10_000

const inboxOf = (env: Env): DurableObjectStub<Inbox> => env.INBOX.getByName('inbox')

/** CORS does not hold a WebSocket back: without this, any site that the viewer visits could listen. */
const isForeign = (request: Request): boolean => {
  const origin = request.headers.get('origin')
  return origin !== null && URL.parse(origin)?.host !== new URL(request.url).host
}

const app = new Hono<{ Bindings: Env }>()

const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: (c) => c.json({ error: `more than ${maxBodyBytes} bytes` }, 413),
})

app.post('/hook', limitBody, async (c) => {
  const text = await c.req.text()
  const delivery = verify(text, c.req.raw.headers, c.env.WEBHOOK_SECRET)
  if (!delivery.ok) return c.json({ error: delivery.error }, 401)
  const erased = readErased(delivery.body)
  if (erased) {
    await inboxOf(c.env).erase(erased.profileIds, erased.identifiers)
    return c.json({ id: delivery.id })
  }
  const change = readChange(delivery.body)
  if (!change) return c.json({ error: 'neither a change of audience nor a person who is erased' }, 400)
  const deliveries = await inboxOf(c.env).receive(delivery.id, text, change.identifiers)
  return c.json({ id: delivery.id, deliveries })
})

app.get('/changes', async (c) => {
  const asked = Number(c.req.query('limit') ?? defaultListed)
  const limit = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), maxListed) : defaultListed
  const list = await inboxOf(c.env).list(limit)
  return c.body(list, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
})

app.get('/live', async (c) => {
  if (c.req.header('upgrade') !== 'websocket') return c.json({ error: 'this is a WebSocket' }, 426)
  if (isForeign(c.req.raw)) return c.json({ error: 'another origin' }, 403)
  return inboxOf(c.env).fetch(c.req.raw)
})

app.get('/profile/:type/:value', async (c) => {
  const identifier = c.req.param()
  if (!(await inboxOf(c.env).knows(identifier))) return c.json({ error: 'no received change names it' }, 404)
  return readProfile(c.env, identifier)
})

app.get('/client/:file', (c) => {
  const file = clientFiles.get(c.req.param('file'))
  return file ? c.body(file.text, 200, { 'content-type': file.type }) : c.text('not found', 404)
})

app.get('/', policy, (c) => c.html(page(c.get('secureHeadersNonce') ?? '', c.env)))

export default app
