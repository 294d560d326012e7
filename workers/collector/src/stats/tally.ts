import { statsShardOf, type Tally } from '@spartito/engine'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'

export const statsShard = (env: Pick<Env, 'STATS' | 'JURISDICTION'>, shard: number) =>
  within(env.STATS, env.JURISDICTION).getByName(`stats-${shard}`)

/** Counts what never reaches a queue: duplicates, refused events, and what profiles were refused. */
export const tally = (env: Env, id: string, tallies: Tally[]): Promise<void> =>
  statsShard(env, statsShardOf(id)).add(tallies)
