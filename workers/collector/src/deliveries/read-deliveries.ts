import {
  addLatencies,
  type DeliverySummary,
  deliveryObjectName,
  type ListedDelivery,
  latencyWithin,
  type SettledState,
  stateOf,
} from '@spartito/engine'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import type { SyncProgress } from './rpc.ts'

export const deliveryShardCount = ({ DELIVERY_SHARDS }: Pick<Env, 'DELIVERY_SHARDS'>): number => Number(DELIVERY_SHARDS)

export const deliveriesOf = (env: Env, destination: string, shard: number) =>
  within(env.DELIVERIES, env.JURISDICTION).getByName(deliveryObjectName(destination, shard))

export const syncOf = (env: Pick<Env, 'SYNCS' | 'JURISDICTION'>, destination: string) =>
  within(env.SYNCS, env.JURISDICTION).getByName(destination)

/** A destination as the administration shows it (SPEC AD). */
export interface DestinationDeliveries {
  destination: string
  pending: number
  /** requests that are under way */
  sending: number
  parked: number
  delivered: number
  skipped: number
  superseded: number
  oldestPendingAt: number | null
  /** from when it was taken to its delivery; null while there is none */
  latencyMs: { p50: number | null; p99: number | null }
  /** objects that send it nothing now, since it has failed for a while or asked for time; of how many */
  breaker: { open: number; of: number; until: number | null }
  /** members that it is told of at this time (DE7) */
  syncs: SyncProgress[]
}

type Sums = Omit<DeliverySummary, 'breaker'> & { open: number; until: number | null }

const none: Sums = {
  pending: 0,
  sending: 0,
  parked: 0,
  delivered: 0,
  skipped: 0,
  superseded: 0,
  oldestPendingAt: null,
  latencies: [],
  open: 0,
  until: null,
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

const add =
  (now: number) =>
  (a: Sums, { breaker, ...b }: DeliverySummary): Sums => {
    const isOpen = stateOf(breaker, now) !== 'closed'
    return {
      pending: a.pending + b.pending,
      sending: a.sending + b.sending,
      parked: a.parked + b.parked,
      delivered: a.delivered + b.delivered,
      skipped: a.skipped + b.skipped,
      superseded: a.superseded + b.superseded,
      oldestPendingAt: earlier(a.oldestPendingAt, b.oldestPendingAt),
      latencies: addLatencies(a.latencies, b.latencies),
      open: a.open + Number(isOpen),
      until: isOpen ? earlier(a.until, breaker.waitsUntil) : a.until,
    }
  }

/** All objects of a destination together. */
export const readDestination = async (env: Env, destination: string, now: number): Promise<DestinationDeliveries> => {
  const of = deliveryShardCount(env)
  const [syncs, ...shards] = await Promise.all([
    syncOf(env, destination).progress() as Promise<SyncProgress[]>,
    ...Array.from(
      { length: of },
      (_, shard) => deliveriesOf(env, destination, shard).summary() as Promise<DeliverySummary>,
    ),
  ])
  const { latencies, open, until, ...counts } = shards.reduce(add(now), none)
  return {
    destination,
    ...counts,
    latencyMs: { p50: latencyWithin(latencies, 0.5), p99: latencyWithin(latencies, 0.99) },
    breaker: { open, of, until },
    syncs,
  }
}

/** Where a page goes on: the object, and the place in it. */
export interface DeliveryCursor {
  destination: string
  shard: number
  after: string
}

export interface FoundDelivery extends ListedDelivery {
  destination: string
}

/** The next deliveries of one state, object by object. @param destinations in their order */
export const findDeliveries = async (
  env: Env,
  destinations: readonly string[],
  state: 'pending' | SettledState,
  from: DeliveryCursor | undefined,
  limit: number,
): Promise<{ items: FoundDelivery[]; next: DeliveryCursor | null }> => {
  const items: FoundDelivery[] = []
  const shards = deliveryShardCount(env)
  const begin = from ? destinations.indexOf(from.destination) : 0
  for (const [index, destination] of destinations.entries()) {
    if (index < begin) continue
    const isFirst = from !== undefined && index === begin
    for (let shard = isFirst ? from.shard : 0; shard < shards; shard++) {
      const after = isFirst && shard === from.shard ? from.after : ''
      if (items.length === limit) return { items, next: { destination, shard, after } }
      const page = await deliveriesOf(env, destination, shard).list(state, after, limit - items.length)
      items.push(...page.items.map((item) => ({ destination, ...item })))
      if (page.next !== null) return { items, next: { destination, shard, after: page.next } }
    }
  }
  return { items, next: null }
}
