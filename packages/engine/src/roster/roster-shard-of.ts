import { hash53 } from '../hash.ts'

/** Objects that share the roster unless the deployment says otherwise; the number is fixed at the first deploy. */
export const rosterShards = 256

/** The shard that keeps a profile, from 0. */
export const rosterShardOf = (profileId: string, shards: number): number =>
  Number.parseInt(hash53(profileId).slice(-6), 36) % shards
