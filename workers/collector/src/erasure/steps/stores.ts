import { rosterShardOf } from '@spartito/engine'
import { identifierKey } from '@spartito/protocol'
import { quarantineShard, quarantineShards } from '../../quarantine/quarantine-shard.ts'
import { rosterShard, shardCount } from '../../roster/roster-stub.ts'
import { recentEvents } from '../../sampling/sample.ts'
import { readWorkspace } from '../../workspace/read-workspace.ts'
import { addCounts, forEach, type RunStep } from './step.ts'

/** Takes the profiles out of the roster: what a new profile of the same name has brought since stays. */
export const roster: RunStep = async (run) => {
  const { env } = run
  let counts = {}
  const all = run.person().objects.map(({ profileId, visitor, counters: { seq, listings } }) => ({
    profileId,
    visitor,
    seq,
    listings,
  }))
  const byShard = Map.groupBy(all, ({ profileId }) => rosterShardOf(profileId, shardCount(env)))
  await forEach([...byShard], async ([shard, its]) => {
    const { profiles, memberships } = await rosterShard(env, shard).erase(its)
    counts = addCounts(counts, { profiles, memberships })
  })
  return { isDone: true, counts }
}

/** Takes the person's events out of the quarantine, with their bodies, and what the lake was still to be told of them. */
export const quarantine: RunStep = async (run) => {
  const { env } = run
  const keys = run.person().objects.map(({ self }) => identifierKey(self))
  let events = 0
  await forEach(
    Array.from({ length: quarantineShards }, (_, shard) => shard),
    async (shard) => {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: { events: number; next?: number } = await quarantineShard(env, shard).erase(
          keys,
          run.erasure.until!,
          after,
        )
        events += page.events
        after = page.next
      }
    },
  )
  return { isDone: true, counts: { events } }
}

/** Takes the person's events out of what is kept for dry runs. */
export const samples: RunStep = async (run) => {
  const { env } = run
  const keys = run.person().objects.map(({ self }) => identifierKey(self))
  const { sourcesById } = await readWorkspace(env, run.now)
  let events = 0
  await forEach([...sourcesById.keys()], async (source) => {
    events += await recentEvents(env, source).erase(keys, run.erasure.until!)
  })
  return { isDone: true, counts: { events } }
}
