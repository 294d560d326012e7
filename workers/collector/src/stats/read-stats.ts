import { statsShards } from '@spartito/engine'
import type { Counts } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { quarantineShard, quarantineShards } from '../quarantine/quarantine-shard.ts'
import { statsShard } from './tally.ts'

export interface SourceHour extends Counts {
  source: string
  hour: string
  /** accepted + duplicate + quarantined + rejected + suppressed (WI6) */
  received: number
  /** the quarantined ones by their codes; `parked` are those that the lake could not take */
  quarantinedBy: Record<string, number>
  /** of the accepted ones: with a token that vouched for nobody (ID11) */
  badTokens: number
}

export interface Stats {
  sources: (SourceHour & { id: string })[]
  /** anonymous profiles that have expired (ID15) */
  profiles: { hour: string; expired: number }[]
  /** what was deleted since its time was over, by kind (RT); without a source where the kind has none */
  retained: { hour: string; source: string | null; deleted: Record<string, number> }[]
  /** what profiles were refused, by code: identifiers, claims, traits (ID) */
  identity: { hour: string; refused: Record<string, number> }[]
  /** requests that were refused as a whole, by code; without a source where their key named none (WI6) */
  requests: RefusedRequests[]
}

interface RefusedRequests {
  hour: string
  source: string | null
  refused: Record<string, number>
}

const newestFirst = <T>(hours: ReadonlyMap<string, T>): T[] =>
  [...hours.entries()].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, its]) => its)

/** What became of the events of each source in each hour, and of profiles, the newest hour first (SPEC WI6, AD). */
export const readStats = async (env: Env): Promise<Stats> => {
  const shards = await Promise.all([
    ...Array.from({ length: statsShards }, (_, shard) => statsShard(env, shard).read()),
    // How many wait is counted where they are, in the transaction that stores or lets go of them.
    ...Array.from({ length: quarantineShards }, (_, shard) => quarantineShard(env, shard).counts()),
  ])
  const hours = new Map<string, SourceHour & { id: string }>()
  const profiles = new Map<string, { hour: string; expired: number }>()
  const identity = new Map<string, { hour: string; refused: Record<string, number> }>()
  const requests = new Map<string, RefusedRequests>()
  const retained = new Map<string, Stats['retained'][number]>()
  for (const { source, hour, outcome, code = '', count } of shards.flat()) {
    if (outcome === 'refused_request') {
      const its = requests.get(`${hour} ${source}`) ?? { hour, source: source || null, refused: {} }
      its.refused[code] = (its.refused[code] ?? 0) + count
      requests.set(`${hour} ${source}`, its)
      continue
    }
    if (outcome === 'retained') {
      const its = retained.get(`${hour} ${source}`) ?? { hour, source: source || null, deleted: {} }
      its.deleted[code] = (its.deleted[code] ?? 0) + count
      retained.set(`${hour} ${source}`, its)
      continue
    }
    if (outcome === 'expired') {
      profiles.set(hour, { hour, expired: (profiles.get(hour)?.expired ?? 0) + count })
      continue
    }
    if (outcome === 'refused') {
      const its = identity.get(hour) ?? { hour, refused: {} }
      its.refused[code] = (its.refused[code] ?? 0) + count
      identity.set(hour, its)
      continue
    }
    const key = `${hour} ${source}`
    const known = hours.get(key)
    const sums = known ?? {
      id: source,
      source,
      hour,
      received: 0,
      accepted: 0,
      duplicate: 0,
      quarantined: 0,
      suppressed: 0,
      quarantinedBy: {},
      rejected: {},
      badTokens: 0,
    }
    if (!known) hours.set(key, sums)
    if (outcome === 'bad_token') {
      sums.badTokens += count
      continue
    }
    sums.received += count
    if (outcome === 'rejected') {
      const reason = code as keyof Counts['rejected']
      sums.rejected[reason] = (sums.rejected[reason] ?? 0) + count
    } else sums[outcome] += count
    if (outcome === 'quarantined') {
      const by = code || 'parked'
      sums.quarantinedBy[by] = (sums.quarantinedBy[by] ?? 0) + count
    }
  }
  return {
    sources: newestFirst(hours),
    profiles: newestFirst(profiles),
    retained: newestFirst(retained),
    identity: newestFirst(identity),
    requests: newestFirst(requests),
  }
}
