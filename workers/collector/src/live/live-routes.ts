import { Hono } from 'hono'
import { type AdminApp, problem } from '../admin/problem.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { readFilter } from './live-filter.ts'
import { isWebSocket, liveProtocol } from './live-token.ts'
import { liveObject } from './show.ts'

/** A filter is kept with its connection, which has room for two kilobytes. */
const maxFilterSize = 1_800

/** The live tail: what becomes of events, as it happens (SPEC AD). */
export const liveRoutes = new Hono<AdminApp>()

liveRoutes.get('/', async (c) => {
  if (!isWebSocket(c.req.raw))
    return c.json(problem('invalid_field', 'connect with a WebSocket: spartito tail does'), 426, {
      upgrade: 'websocket',
    })
  const workspace = await readWorkspace(c.env, Date.now())
  const source = c.req.query('source')
  if (source !== undefined && !workspace.sourcesById.has(source))
    return c.json(problem('not_found', `the workspace has no source "${source}"`), 404)
  const filter = JSON.stringify(readFilter((name) => c.req.query(name), workspace))
  if (filter.length > maxFilterSize) return c.json(problem('invalid_field', 'event or identifier is too long'), 400)
  const url = new URL('/', c.req.url)
  url.searchParams.set('filter', filter)
  const { status, webSocket } = await liveObject(c.env).fetch(url, { headers: { upgrade: 'websocket' } })
  if (status !== 101 || !webSocket)
    return c.json(problem('rate_limited', 'as many listen as may: try again later'), 429, { 'retry-after': '30' })
  const offered = c.req.header('sec-websocket-protocol') !== undefined
  const headers = offered ? { 'sec-websocket-protocol': liveProtocol } : {}
  return new Response(null, { status: 101, webSocket, headers })
})
