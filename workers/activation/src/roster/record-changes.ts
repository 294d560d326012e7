import { rosterRecordOf, rosterShardOf, rosterShards } from '@spartito/engine'
import type { ChangeMessage, EventUnit } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { rosterStub } from '../object-stubs.ts'

/**
 * Brings the messages of a batch to the roster, one call for each shard.
 *
 * @returns a function that waits until the roster has what one profile's messages said; it throws when that failed
 */
export const recordChanges = (env: Env, messages: readonly ChangeMessage[]): ((profileId: string) => Promise<void>) => {
  const shards = Number(env.ROSTER_SHARDS) || rosterShards
  const records = messages.flatMap((message) => rosterRecordOf(message) ?? [])
  const calls = new Map<number, Promise<void>>()
  for (const [shard, its] of Map.groupBy(records, ({ profileId }) => rosterShardOf(profileId, shards))) {
    const call = rosterStub(env, shard).apply(shard, its)
    // Whoever waits for it hears of a failure; nobody may.
    call.catch(() => undefined)
    calls.set(shard, call)
  }
  return async (profileId) => calls.get(rosterShardOf(profileId, shards))
}

/** Tells the roster of the profiles whose beginning came with their events. @throws Error unless all shards have it */
export const recordBeginnings = async (env: Env, units: readonly EventUnit[]): Promise<void> => {
  const messages = units.flatMap(({ visitor, notice }) =>
    notice ? [{ kind: 'profile', visitor, notice } as const] : [],
  )
  const isRecorded = recordChanges(env, messages)
  await Promise.all(messages.map(({ notice }) => isRecorded(notice.profileId)))
}
