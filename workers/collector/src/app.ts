import type { EventType } from '@spartito/protocol'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { admin } from './admin/admin.ts'
import type { Env } from './env.ts'
import { collect } from './pipeline/collect.ts'
import { failed } from './pipeline/failed.ts'
import { segmentSettings } from './segment-settings.ts'
import { serveTag } from './serve-tag.ts'
import { readWorkspace } from './workspace/read-workspace.ts'

/** Each route and its short form; `undefined` takes a batch (SPEC WI1). `import` is for servers (AU4). */
const routes: Record<string, EventType | undefined> = {
  batch: undefined,
  b: undefined,
  import: undefined,
  track: 'track',
  t: 'track',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  identify: 'identify',
  i: 'identify',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
}

/** What a client should wait before it sends again after a temporary fault, in seconds. */
const retryAfterSeconds = '5'

export const app = new Hono<{ Bindings: Env }>()

const openToPages = cors({
  origin: '*',
  allowMethods: ['GET', 'POST', 'OPTIONS'],
  // What Segment's, RudderStack's and Jitsu's clients send (WI11).
  allowHeaders: [
    'authorization',
    'content-type',
    'content-encoding',
    'x-retry-count',
    'x-write-key',
    'anonymousid',
    'sentat',
  ],
  exposeHeaders: ['retry-after'],
  maxAge: 86_400,
})

for (const [name, type] of Object.entries(routes))
  for (const path of [`/v1/${name}`, `/${name}`]) {
    app.use(path, openToPages)
    app.post(path, async (c) => {
      const result = await collect(c.env, c.req.raw, { type, isImport: name === 'import' })
      if ('success' in result) return c.json(result)
      if (result.status === 503) c.header('retry-after', retryAfterSeconds)
      return c.json(result.body, result.status)
    })
    app.all(path, (c) => {
      c.header('allow', 'POST, OPTIONS')
      return c.json(failed(405, 'method_not_allowed', `${path} takes POST`).body, 405)
    })
  }

for (const path of ['/v1/projects/:key/settings', '/projects/:key/settings'])
  app.get(path, openToPages, async (c) => {
    const { host, protocol } = new URL(c.req.url)
    const workspace = await readWorkspace(c.env, Date.now())
    const settings = segmentSettings(workspace, c.req.param('key') ?? '', host, protocol === 'http:' ? 'http' : 'https')
    if (!settings) return c.json(failed(404, 'unknown_write_key', 'the write key names no source').body, 404)
    return c.json(settings)
  })

app.get('/healthz', (c) => c.json({ ok: true }))
app.route('/admin', admin)

app.get('/tag.js', serveTag)
app.get('/:file{tag.[0-9a-f]+.js}', serveTag)

app.notFound((c) => c.json(failed(404, 'not_found', `there is no ${c.req.method} ${c.req.path}`).body, 404))

app.onError((error, c) => {
  // Of a profile's path the rest names somebody, and logs lie outside the jurisdiction (SPEC ID1).
  const path = c.req.path.split('/', 3).join('/')
  console.error(JSON.stringify({ at: 'collector', path, error: String(error) }))
  c.header('retry-after', retryAfterSeconds)
  return c.json(failed(503, 'unavailable', 'the collector could not do this now: send the request again').body, 503)
})
