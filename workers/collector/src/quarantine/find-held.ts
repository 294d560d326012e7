import type { Env } from '../env.ts'
import type { FoundEntry, HeldAt, HeldFilter } from './held-request.ts'
import { quarantineShard, quarantineShards } from './quarantine-shard.ts'

/** Which events, from where, how many. */
export interface HeldAsk {
  filter: HeldFilter
  /** by name; the filter does not count then */
  ids?: readonly HeldAt[]
  start: HeldAt
  limit: number
}

export interface ShardEntries {
  shard: number
  found: FoundEntry[]
}

/**
 * Events of the quarantine: by shard, then in order of their storing.
 *
 * @param isBegun whether they are about to be handed on, which is kept first
 */
export const findHeld = async (
  env: Env,
  { filter, ids, start, limit }: HeldAsk,
  isBegun: boolean,
): Promise<{ shards: ShardEntries[]; next?: HeldAt }> => {
  const ask = (shard: number) => {
    const stub = quarantineShard(env, shard)
    return (question: Parameters<typeof stub.find>[0]) => (isBegun ? stub.begin(question) : stub.find(question))
  }
  if (ids) {
    const named = [...Map.groupBy(ids, ({ shard }) => shard)]
    const shards = named.map(async ([shard, its]) => {
      const { found } = await ask(shard)({ at: its.map(({ row, place }) => ({ row, place })) })
      return { shard, found }
    })
    return { shards: await Promise.all(shards) }
  }
  const shards: ShardEntries[] = []
  let left = limit
  for (let { shard, row, place } = start; shard < quarantineShards; shard++, row = 0, place = 0) {
    const { found, next } = await ask(shard)({ filter, start: { row, place }, limit: left })
    if (found.length > 0) shards.push({ shard, found })
    left -= found.length
    if (next) return { shards, next: { shard, ...next } }
    if (left === 0 && shard + 1 < quarantineShards) return { shards, next: { shard: shard + 1, row: 0, place: 0 } }
  }
  return { shards }
}
