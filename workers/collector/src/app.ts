import type { EventType } from '@spartito/protocol'
import { Hono } from 'hono'
import { admin } from './admin/admin.ts'
import { clientRoutes } from './clients/client-routes.ts'
import { pixelRoutes } from './clients/pixel.ts'
import type { Env } from './env.ts'
import { corsHeaders, preflightHeaders } from './identity/credentials.ts'
import { linkRoutes } from './identity/link-routes.ts'
import { ownRoutes } from './identity/own-routes.ts'
import { collect } from './pipeline/collect.ts'
import { failed, retryHeaders, unavailable } from './pipeline/failed.ts'
import { ownRightsRoutes } from './rights/own-rights-routes.ts'
import { serverRightsRoutes } from './rights/server-rights-routes.ts'
import { regionalTagPaths, serveRegionalTag } from './serve-regional-tag.ts'
import { serveTag, tagPaths } from './serve-tag.ts'
import { countRefusal } from './stats/refusals.ts'
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

/** Where an event may be posted: Spartito's and Segment's paths, and Jitsu's for each type. */
const pathsOf = (name: string, type: EventType | undefined): string[] => [
  `/v1/${name}`,
  `/${name}`,
  ...(type === name ? [`/api/s/${name}`, `/api/s/s2s/${name}`] : []),
]

export const app = new Hono<{ Bindings: Env }>()

for (const [name, type] of Object.entries(routes))
  for (const path of pathsOf(name, type)) {
    app.options(path, async (c) =>
      c.body(null, 204, preflightHeaders(c.req.raw, await readWorkspace(c.env, Date.now()))),
    )
    app.post(path, async (c) => {
      const { outcome, source, cookie } = await collect(c.env, c.req.raw, { type, isImport: name === 'import' })
      const headers = corsHeaders(c.req.raw, source)
      if (cookie !== undefined) headers['set-cookie'] = cookie
      if ('success' in outcome) {
        headers['content-type'] = 'application/json'
        // Hono sets each header by itself, which costs the answer half as much again.
        return new Response(JSON.stringify(outcome), { headers })
      }
      return c.json(outcome.body, outcome.status, { ...headers, ...retryHeaders(outcome) })
    })
    app.all(path, (c) => {
      c.header('allow', 'POST, OPTIONS')
      return c.json(
        failed(405, 'method_not_allowed', `${path} takes POST`).body,
        405,
        corsHeaders(c.req.raw, undefined),
      )
    })
  }

app.route('/', clientRoutes)
app.route('/', pixelRoutes)
app.route('/v1', ownRoutes)
app.route('/v1', linkRoutes)
app.route('/v1', ownRightsRoutes)
app.route('/v1', serverRightsRoutes)

app.get('/healthz', (c) => c.json({ ok: true }))
app.route('/admin', admin)

for (const path of tagPaths) app.get(path, serveTag)
for (const path of regionalTagPaths) app.get(path, serveRegionalTag)

app.notFound((c) => c.json(failed(404, 'not_found', `there is no ${c.req.method} ${c.req.path}`).body, 404))

app.onError((error, c) => {
  // Of a profile's path the rest names somebody, and logs lie outside the jurisdiction (SPEC ID1).
  const path = c.req.path.split('/', 3).join('/')
  console.error(JSON.stringify({ at: 'collector', path, error: String(error) }))
  const refusal = unavailable('the collector could not do this now: send the request again')
  if (c.req.method === 'POST' && !path.startsWith('/admin')) countRefusal(c.env, undefined, refusal.body.code)
  return c.json(refusal.body, refusal.status, { ...corsHeaders(c.req.raw, undefined), ...retryHeaders(refusal) })
})
