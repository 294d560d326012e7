import type { Env } from '../env.ts'
import type { Member } from './roster-store.ts'
import { rosterShard, shardCount } from './roster-stub.ts'

/** Shards asked at a time for a page of members: an audience with few of them in each still takes few rounds. */
const askedAtATime = 16

/** How many profiles there are (the key `''`), and members of each audience: all shards' counters together. */
export const readSizes = async (env: Env): Promise<Map<string, number>> => {
  const shards = Array.from({ length: shardCount(env) }, (_, shard) => rosterShard(env, shard).sizes())
  const sizes = new Map<string, number>()
  for (const shard of await Promise.all(shards))
    for (const [audience, n] of Object.entries(shard)) sizes.set(audience, (sizes.get(audience) ?? 0) + n)
  return sizes
}

/** The place after a member: its shard, and its profileId. */
export interface MemberCursor {
  shard: number
  after: string
}

/** `<shard>.<profileId>`, as it is handed out. */
export const writeCursor = ({ shard, after }: MemberCursor): string => `${shard}.${after}`

/** @returns undefined when it is none of this deployment's */
export const readCursor = (env: Env, text: string): MemberCursor | undefined => {
  const [, shard, after] = /^(\d{1,6})\.([A-Z2-7]{26}|)$/.exec(text) ?? []
  return shard === undefined || Number(shard) >= shardCount(env) ? undefined : { shard: Number(shard), after: after! }
}

/** The next members of an audience by shard and profileId; `next` is undefined after the last one. */
export const readMembers = async (
  env: Env,
  audience: string,
  from: MemberCursor,
  limit: number,
): Promise<{ members: Member[]; next: MemberCursor | undefined }> => {
  const members: Member[] = []
  const shards = shardCount(env)
  for (let first = from.shard; first < shards; first += askedAtATime) {
    const asked = Array.from({ length: Math.min(askedAtATime, shards - first) }, (_, index) => first + index)
    const pages = await Promise.all(
      asked.map((shard) =>
        // One more than wanted says whether there is a next page.
        rosterShard(env, shard).members(audience, shard === from.shard ? from.after : '', limit + 1 - members.length),
      ),
    )
    for (const [index, page] of pages.entries())
      for (const member of page) {
        if (members.length === limit) {
          const last = members.at(-1)!
          // The next one is in this shard: the place before it is the last one's, if that is in this shard too.
          return { members, next: { shard: asked[index]!, after: page.includes(last) ? last.profileId : '' } }
        }
        members.push(member)
      }
  }
  return { members, next: undefined }
}
