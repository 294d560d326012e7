import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { preflightHeaders } from '../identity/credentials.ts'
import { authenticate, keyOfRequest } from '../pipeline/authenticate.ts'
import { failed } from '../pipeline/failed.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { rudderstackSettings } from './rudderstack-settings.ts'
import { segmentSettings } from './segment-settings.ts'

type Its = Context<{ Bindings: Env }>

const settingsOfSegment = async (c: Its) => {
  c.header('access-control-allow-origin', '*')
  const { host, protocol } = new URL(c.req.url)
  const workspace = await readWorkspace(c.env, Date.now())
  const settings = segmentSettings(workspace, c.req.param('key') ?? '', host, protocol === 'http:' ? 'http' : 'https')
  if (!settings) return c.json(failed(404, 'unknown_write_key', 'the write key names no source').body, 404)
  return c.json(settings)
}

const preflight = async (c: Its) =>
  c.body(null, 204, preflightHeaders(c.req.raw, await readWorkspace(c.env, Date.now())))

const settingsOfRudderstack = async (c: Its) => {
  c.header('access-control-allow-origin', '*')
  const key = keyOfRequest(c.req.raw)
  const source = authenticate(await readWorkspace(c.env, Date.now()), key, c.req.raw)
  if (!source.ok) return c.json(source.error.body, source.error.status)
  return c.json(rudderstackSettings(source.value, key!))
}

/** What other vendors' clients ask for beside the routes that take events, so that they run unmodified (SPEC WI1). */
export const clientRoutes = new Hono<{ Bindings: Env }>()

for (const path of ['/v1/projects/:key/settings', '/projects/:key/settings']) clientRoutes.get(path, settingsOfSegment)

for (const path of ['/sourceConfig', '/sourceConfig/'])
  clientRoutes.options(path, preflight).get(path, settingsOfRudderstack)

// Measurements that clients make of themselves: nobody here wants them, and an error would make them try again.
for (const path of ['/m', '/v1/m', '/rsaMetrics'])
  clientRoutes
    .options(path, preflight)
    .post(path, (c) => c.json({ success: true }, 200, { 'access-control-allow-origin': '*' }))
