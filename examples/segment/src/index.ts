import { Hono } from 'hono'
import analytics from '../dist/analytics.client.js'
import dom from './client/dom.client.js'
import observe from './client/observe.client.js'
import pageScript from './client/page.client.js'
import style from './client/style.css'
import type { Env } from './env.ts'
import { page } from './page.ts'
import { policy } from './policy.ts'

const script = (text: string) => ({ text, type: 'text/javascript; charset=utf-8' })

const clientFiles = new Map([
  ['analytics.client.js', script(analytics)],
  ['dom.client.js', script(dom)],
  ['observe.client.js', script(observe)],
  ['page.client.js', script(pageScript)],
  ['style.css', { text: style, type: 'text/css; charset=utf-8' }],
])

const app = new Hono<{ Bindings: Env }>()

app.get('/client/:file', (c) => {
  const file = clientFiles.get(c.req.param('file'))
  return file ? c.body(file.text, 200, { 'content-type': file.type }) : c.text('not found', 404)
})

app.get('/', policy, (c) => c.html(page(c.env, c.get('secureHeadersNonce') ?? '')))

export default app
