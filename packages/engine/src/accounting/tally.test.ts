import type { ChangeMessage, ProfileNotice } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { expiredOf, statsShards, unitShardOf } from './tally.ts'

const at = Date.UTC(2026, 0, 15, 12, 30)
const notice = (type: ProfileNotice['type'], cause?: ProfileNotice['cause']): ChangeMessage => ({
  kind: 'profile',
  visitor: 'anonymous_id:a',
  notice: { type, profileId: 'P', order: 2, version: 1, emittedAt: at, ...(cause && { cause }) },
})

test('ID15 a profile that expired counts in its hour, under an id that is the same each time it is sent', () => {
  expect(expiredOf(notice('profile.ended', 'expiry'))).toEqual({
    id: 'P!2',
    tallies: [{ source: '', hour: '2026-01-15T12', outcome: 'expired', count: 1 }],
  })
})

test.each([
  ['one that moved into another', notice('profile.ended', 'merge')],
  ['one that began', notice('profile.created')],
])('ID15 %s is not counted', (_what, message) => {
  expect(expiredOf(message)).toBeUndefined()
})

test('WI6 what was received in one minute is counted by one shard, and all shards take their turns', () => {
  expect([unitShardOf(at), unitShardOf(at + 59_999)]).toEqual([unitShardOf(at), unitShardOf(at)])
  const shards = Array.from({ length: statsShards }, (_, minutes) => unitShardOf(at + minutes * 60_000))
  expect(shards.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})
