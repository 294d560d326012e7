import { isObject } from '@spartito/protocol'
import { type Context, Hono } from 'hono'
import { findHeld, type HeldAsk } from '../quarantine/find-held.ts'
import { formatId, type HeldAt, type HeldFilter, readId } from '../quarantine/held-request.ts'
import { quarantineShard, quarantineShards } from '../quarantine/quarantine-shard.ts'
import { recover } from '../quarantine/recover.ts'
import { workspaceNow } from '../workspace/read-workspace.ts'
import { type AdminApp, problem } from './problem.ts'

/** Events that wait for a mend of the workspace (SPEC QR, AD). */
export const quarantineRoutes = new Hono<AdminApp>()

const [maxLimit, defaultLimit] = [500, 100]
const maxIds = 500

const timeOf = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : value
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined
}

/** Reads what is asked for; a text says what is wrong with it. */
const readAsk = (said: Record<string, unknown>): HeldAsk | string => {
  const filter: HeldFilter = {}
  for (const name of ['source', 'code'] as const) {
    const value = said[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '') return `${name} must be text`
    filter[name] = value
  }
  for (const name of ['from', 'until'] as const) {
    if (said[name] === undefined) continue
    const at = timeOf(said[name])
    if (at === undefined) return `${name} must be a time of receipt, such as 2026-01-31T12:00:00Z`
    filter[name] = at
  }
  const limit = said.limit === undefined ? defaultLimit : Number(said.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    return `limit must be a whole number from 1 to ${maxLimit}`
  const start = said.cursor === undefined || said.cursor === null ? '0.0.0' : said.cursor
  const at = typeof start === 'string' ? readId(start, quarantineShards) : undefined
  if (!at) return 'cursor must be the "next" of the page before, or left out'
  if (said.ids === undefined) return { filter, start: at, limit }
  const ids = Array.isArray(said.ids) ? said.ids : [undefined]
  if (ids.length > maxIds) return `ids may name ${maxIds} events at a time`
  const named = ids.map((id) => (typeof id === 'string' ? readId(id, quarantineShards) : undefined))
  if (named.includes(undefined)) return 'ids must be a list of the ids that GET /admin/quarantine shows'
  return { filter, ids: named as HeldAt[], start: at, limit }
}

const names = ['ids', 'source', 'code', 'from', 'until', 'limit', 'cursor']

const readBody = async (c: Context<AdminApp>): Promise<HeldAsk | string> => {
  const text = await c.req.text()
  let body: unknown
  try {
    body = text === '' ? {} : JSON.parse(text)
  } catch {
    return 'the body is not JSON'
  }
  if (!isObject(body)) return 'the body must be an object'
  const unknown = Object.keys(body).find((name) => !names.includes(name))
  // A misspelt filter would take more than was meant.
  return unknown === undefined ? readAsk(body) : `${unknown} is not a setting: it takes ${names.join(', ')}`
}

const cursorOf = (next: HeldAt | undefined): string | null => (next ? formatId(next) : null)

quarantineRoutes.get('/', async (c) => {
  const ask = readAsk(c.req.query())
  if (typeof ask === 'string') return c.json(problem('invalid_field', ask), 400)
  const { shards, next } = await findHeld(c.env, ask, false)
  const events = shards.flatMap(({ shard, found }) =>
    found.map(({ row, place, source, receivedAt, entry: { json, body, code, message, version } }) => ({
      id: formatId({ shard, row, place }),
      source,
      receivedAt,
      code,
      message,
      version,
      event: JSON.parse(json) as unknown,
      ...(body !== undefined && { body: JSON.parse(body) as unknown }),
    })),
  )
  return c.json({ events, next: cursorOf(next) })
})

quarantineRoutes.post('/recover', async (c) => {
  const ask = await readBody(c)
  if (typeof ask === 'string') return c.json(problem('invalid_field', ask), 400)
  const { next, ...recovered } = await recover(c.env, ask, await workspaceNow(c.env))
  return c.json({ ...recovered, next: cursorOf(next) })
})

quarantineRoutes.delete('/', async (c) => {
  const ask = await readBody(c)
  if (typeof ask === 'string') return c.json(problem('invalid_field', ask), 400)
  if (!ask.ids && Object.keys(ask.filter).length === 0)
    return c.json(problem('invalid_field', 'say which: ids, source, code, from or until'), 400)
  const { shards, next } = await findHeld(c.env, ask, false)
  let deleted = 0
  for (const { shard, found } of shards) {
    await quarantineShard(c.env, shard).remove(found.map(({ row, place }) => ({ row, place })))
    deleted += found.length
  }
  return c.json({ deleted, next: cursorOf(next) })
})
