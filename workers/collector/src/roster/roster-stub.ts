import { rosterShards } from '@spartito/engine'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'

/** How many shards the deployment has. */
export const shardCount = ({ ROSTER_SHARDS }: Pick<Env, 'ROSTER_SHARDS'>): number =>
  Number(ROSTER_SHARDS) || rosterShards

/** A new stub each time: a broken one stays broken. */
export const rosterShard = (env: Pick<Env, 'ROSTER' | 'JURISDICTION'>, shard: number) =>
  within(env.ROSTER, env.JURISDICTION).getByName(`roster-${shard}`)
