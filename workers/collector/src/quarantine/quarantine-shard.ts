import { hash53 } from '@spartito/engine'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'

/** Objects that share the quarantine; the number is fixed at the first deploy. */
export const quarantineShards = 16

/** The shard of a request, by one of its messageIds. */
export const quarantineShardOf = (messageId: string): number =>
  Number.parseInt(hash53(messageId).slice(-6), 36) % quarantineShards

/** A new stub each time: a broken one stays broken. */
export const quarantineShard = (env: Pick<Env, 'QUARANTINE' | 'JURISDICTION'>, shard: number) =>
  within(env.QUARANTINE, env.JURISDICTION).getByName(`quarantine-${shard}`)
