import type { Event } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { newVisitor } from '../visitor/state.ts'
import { forgetMentions, keySet } from './forget-mentions.ts'
import { leaveAudiences } from './leave-audiences.ts'
import { suppressionsOf } from './suppressed-now.ts'
import { countersOf, isOfBefore, reborn } from './tombstone.ts'

const at = 1_000_000
const event = (more: Partial<Event>): Event => ({
  messageId: 'm',
  type: 'track',
  timestamp: at + 5,
  receivedAt: at + 5,
  source: 'web',
  ...more,
})

test.each<[rule: string, its: Partial<Event>, isGone: boolean]>([
  ['what happened after it is new', {}, false],
  ['what happened before it is refused', { timestamp: at - 1 }, true],
  ['what happened in its millisecond is refused', { timestamp: at }, true],
  ['late: it came after it, and happened before', { timestamp: at - 9, receivedAt: at + 99 }, true],
  ['imported with a time of before', { timestamp: at - 9, imported: true }, true],
  ['imported with a time of after it', { imported: true }, false],
  ['a messageId that was collected, at whatever time', { messageId: 'collected' }, true],
  ['dated after it was sent', { originalTimestamp: at + 50, sentAt: at + 5 }, true],
  ['dated after it came, where nothing says when it was sent', { originalTimestamp: at + 50 }, true],
  [
    'of a clock that is fast, corrected by when it was sent',
    { originalTimestamp: at + 9_000, sentAt: at + 9_001 },
    false,
  ],
])('CO7 a tombstone: %s', (_rule, its, isGone) => {
  expect(isOfBefore({ at }, event(its), (id) => id === 'collected')).toBe(isGone)
})

const self = { type: 'user_id', value: 'ada', class: 'person' } as const
const hosting = {
  ...newVisitor(self, 'P'),
  seq: 4,
  commit: 9,
  listings: 3,
  version: 2,
  consentNotices: 5,
  erasing: { id: 'E', at },
  memberships: { pro: { since: 1, version: 1 }, buyers: { since: 2, version: 1 } },
  flips: { pro: 5 },
}

test('CO7 the profile leaves each audience once, with its identifiers and cause erasure', () => {
  const { changes, state } = leaveAudiences(hosting, at + 1)
  expect(changes.map(({ type, audience, cause, causeId, seq }) => [type, audience, cause, causeId, seq])).toEqual([
    ['audience.exited', 'buyers', 'erasure', 'E', 5],
    ['audience.exited', 'pro', 'erasure', 'E', 6],
  ])
  expect(changes[0]!.identifiers).toEqual([{ type: 'user_id', value: 'ada' }])
  expect(leaveAudiences(state, at + 2).changes).toEqual([])
})

test('CO7 the next profile of the same name repeats no key, and nothing else is left', () => {
  const tombstone = { erasureId: 'E', mode: 'erase' as const, at, counters: countersOf(hosting), counts: {} }
  const { seq, commit, forwarded, listings, version, consentNotices, ...rest } = reborn(self, 'P', tombstone)
  expect({ seq, commit, forwarded, listings, version, consentNotices }).toEqual({
    seq: 4,
    commit: 9,
    forwarded: 9,
    listings: 4,
    version: 2,
    consentNotices: 5,
  })
  expect(rest).toMatchObject({
    identifiers: [],
    fragments: [],
    memberships: {},
    claims: {},
    refusals: [],
    erasedAt: at,
  })
})

test('CO7 somebody else’s state forgets whom it named, and is the same when it named nobody', () => {
  const owner = (value: string) => ({
    owner: { type: 'user_id', value, class: 'person' as const },
    since: 1,
    until: null,
    seenAt: 1,
    session: { id: null, at: 1 },
    claimSeq: 1,
  })
  const device = {
    ...newVisitor({ type: 'anonymous_id', value: 'd', class: 'device' }, 'D'),
    owners: [owner('ada'), owner('bea')],
    shownWith: { 'user_id:ada': 1, 'user_id:bea': 1 },
    parted: [self],
  }
  const keys = keySet([self])
  const after = forgetMentions(device, keys)
  expect(JSON.stringify(after)).not.toContain('ada')
  expect(JSON.stringify(after)).toContain('bea')
  expect(forgetMentions(after, keys)).toBe(after)
})

test('CO7 what is in flight is known by hashes: what was sent before is refused, and all of who is suppressed', () => {
  const hash = (key: string, text: string): string => `${key}(${text})`
  const published = { key: 'k', until: { 'k(profile P)': at, 'k(identifier email:ada)': null } }
  const suppressed = suppressionsOf(published, hash)
  expect([suppressed.hasProfile('P', at), suppressed.hasProfile('P', at + 1), suppressed.hasProfile('Q', at)]).toEqual([
    true,
    false,
    false,
  ])
  expect(suppressed.hasIdentifier({ type: 'email', value: 'ada' }, at + 9)).toBe(true)
  const never = (): string => {
    throw new Error('hashed though nobody is suppressed')
  }
  expect(suppressionsOf({ key: 'k', until: {} }, never).hasProfile('P', 0)).toBe(false)
})
