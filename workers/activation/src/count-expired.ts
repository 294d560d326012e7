import { expiredOf, statsShardOf } from '@spartito/engine'
import type { ChangeMessage } from '@spartito/protocol'
import type { Env } from './env.ts'
import { statsStub } from './object-stubs.ts'

/** Counts the profiles that have expired (SPEC ID15), one call for each shard of the statistics; a copy counts once. */
export const countExpired = async (env: Env, messages: readonly ChangeMessage[]): Promise<void> => {
  const expired = messages.flatMap((message) => expiredOf(message) ?? [])
  const byShard = Map.groupBy(expired, ({ id }) => statsShardOf(id))
  const now = Date.now()
  await Promise.all([...byShard].map(([shard, its]) => statsStub(env, shard).addUnits(its, now)))
}
