import { isObject } from '@spartito/protocol'
import type { SyncStep } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import {
  type DeliveryCursor,
  deliveriesOf,
  deliveryShardCount,
  findDeliveries,
  readDestination,
  syncOf,
} from '../deliveries/read-deliveries.ts'
import { publishedWorkspace } from '../workspace/published-workspace.ts'
import { type AdminApp, problem } from './problem.ts'

/** What goes to the destinations, and what does not (SPEC DE, AD). */
export const deliveryRoutes = new Hono<AdminApp>()

const states = ['pending', 'delivered', 'parked', 'skipped'] as const
type State = (typeof states)[number]
const [maxLimit, defaultLimit] = [500, 100]
const maxIds = 500

const refuse = (c: Context, message: string, status: 400 | 404 | 409 = 400): Response =>
  c.json(problem(status === 404 ? 'not_found' : 'invalid_field', message), status)

const isState = (text: string): text is State => states.includes(text as State)

const writeCursor = ({ destination, shard, after }: DeliveryCursor): string =>
  `${destination}.${shard}.${encodeURIComponent(after)}`

const readCursor = (text: string, destinations: readonly string[], shards: number): DeliveryCursor | undefined => {
  const [, destination = '', shard, after = ''] = /^([a-z0-9_-]+)\.(\d{1,4})\.(.*)$/s.exec(text) ?? []
  if (!destinations.includes(destination) || Number(shard) >= shards) return undefined
  try {
    return { destination, shard: Number(shard), after: decodeURIComponent(after) }
  } catch {
    return undefined
  }
}

const noDestination = (id: string, known: readonly string[]): string =>
  `the workspace has no destination "${id}": it has ${known.join(', ') || 'none'}`

deliveryRoutes.get('/deliveries', async (c) => {
  const { workspace } = await publishedWorkspace(c.env)
  const known = (workspace.destinations ?? []).map(({ id }) => id)
  const { destination, state = 'pending', after, limit: asked } = c.req.query()
  // One that was removed may still be asked for by name.
  const destinations = destination === undefined ? known : [destination]
  if (destination !== undefined && !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(destination))
    return refuse(c, noDestination(destination, known), 404)
  if (!isState(state)) return refuse(c, `state must be one of ${states.join(', ')}`)
  const limit = Number(asked ?? defaultLimit)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    return refuse(c, `limit must be a whole number from 1 to ${maxLimit}`)
  const from = after === undefined ? undefined : readCursor(after, destinations, deliveryShardCount(c.env))
  if (after !== undefined && !from) return refuse(c, 'after must be the "next" of the page before, or left out')
  const [summaries, { items, next }] = await Promise.all([
    Promise.all(destinations.map((id) => readDestination(c.env, id, Date.now()))),
    findDeliveries(c.env, destinations, state, from, limit),
  ])
  return c.json({ destinations: summaries, deliveries: items, next: next && writeCursor(next) })
})

interface ReplayBody {
  destination: string
  ids?: string[]
  from?: number
  to?: number
}

const timeOf = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : value
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined
}

const replayFields = ['destination', 'ids', 'from', 'to']

const readReplay = (body: unknown): ReplayBody | string => {
  if (!isObject(body)) return 'the body must be an object, such as {"destination": "crm"}'
  const unknown = Object.keys(body).find((name) => !replayFields.includes(name))
  // A misspelt filter would take more than was meant.
  if (unknown !== undefined) return `${unknown} is not a setting: it takes ${replayFields.join(', ')}`
  const { destination, ids } = body
  if (typeof destination !== 'string' || destination === '') return 'destination is missing: name the one to replay to'
  const read: ReplayBody = { destination }
  for (const name of ['from', 'to'] as const) {
    if (body[name] === undefined) continue
    const at = timeOf(body[name])
    if (at === undefined) return `${name} must be a time, such as 2026-01-31T12:00:00Z: when the delivery was taken`
    read[name] = at
  }
  if (ids === undefined) return read
  if (!Array.isArray(ids) || ids.length > maxIds || ids.some((id) => typeof id !== 'string'))
    return `ids must be a list of at most ${maxIds} ids, as GET /admin/deliveries?state=parked shows them`
  return { ...read, ids: ids as string[] }
}

/** Parked ones that one call of an object looks at. */
const replayPage = 100

deliveryRoutes.post('/deliveries/replay', async (c) => {
  const asked = readReplay(await c.req.json().catch(() => undefined))
  if (typeof asked === 'string') return refuse(c, asked)
  const { workspace } = await publishedWorkspace(c.env)
  const { destination, ...filter } = asked
  const known = (workspace.destinations ?? []).map(({ id }) => id)
  if (!known.includes(destination)) return refuse(c, noDestination(destination, known), 404)
  const ofShard = async (shard: number) => {
    const sums = { replayed: 0, missing: [] as string[] }
    for (let after: string | null = ''; after !== null; ) {
      const page: { replayed: number; missing: string[]; next: string | null } = await deliveriesOf(
        c.env,
        destination,
        shard,
      ).replay({ ...filter, after, limit: replayPage })
      sums.replayed += page.replayed
      sums.missing.push(...page.missing)
      after = page.next
    }
    return sums
  }
  const all = await Promise.all(Array.from({ length: deliveryShardCount(c.env) }, (_, shard) => ofShard(shard)))
  return c.json({
    replayed: all.reduce((sum, { replayed }) => sum + replayed, 0),
    missing: all.flatMap(({ missing }) => missing),
  })
})

deliveryRoutes.post('/destinations/:id/sync', async (c) => {
  const id = c.req.param('id')
  const { workspace, version } = await publishedWorkspace(c.env)
  const destinations = workspace.destinations ?? []
  const destination = destinations.find((one) => one.id === id)
  if (!destination) {
    const known = destinations.map((one) => one.id)
    return refuse(c, noDestination(id, known), 404)
  }
  if (destination.disabled) return refuse(c, `"${id}" is disabled, and is sent nothing: enable it first`, 409)
  const audiences =
    destination.audiences === '*' ? (workspace.audiences ?? []).map((audience) => audience.id) : destination.audiences
  const step: SyncStep = { destination, type: 'entered', audiences: [...audiences].sort() }
  if (audiences.length === 0) return refuse(c, `"${id}" hears of no audience: there is nobody to tell it of`, 409)
  const run = await syncOf(c.env, id).begin(JSON.stringify(step), `asked ${c.get('auditId')}`, version)
  return c.json({ run, audiences: step.audiences }, 202)
})
