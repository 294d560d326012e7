import { describe, expect, test } from 'vitest'
import { day, hour, minute, noon } from '../testing/events.ts'
import type { Claimant } from '../visitor/state.ts'
import {
  type ContestedRule,
  isContested,
  type Ownership,
  ownershipOf,
  releaseOwnership,
  seeOwner,
  takeOwnership,
} from './ownership.ts'

const user = (value: string): Claimant => ({ type: 'user_id', value, class: 'person' })

/** Claims in their order, `A@5` by A five days after noon; `-A@5` is A's logout. */
const after = (...claims: [who: string, day: number, session?: string][]): readonly Ownership[] =>
  claims.reduce<readonly Ownership[]>((ownerships, [who, days, id = null]) => {
    const at = noon + days * day
    if (who.startsWith('-')) return releaseOwnership(ownerships, user(who.slice(1)), at)
    return takeOwnership(ownerships, { claimant: user(who), session: { id, at }, at }).ownerships
  }, [])

type Scenario = [rule: string, given: readonly Ownership[], atDay: number, session: string | null, owner: string | null]
const neither: Scenario[] = [
  ['ID9 nobody has claimed it: its own', after(), 0, null, null],
  ['ID9 its only owner, the next day', after(['A', 0]), 1, null, 'A'],
  ['ID9 its only owner, seen 30 days ago', after(['A', 0]), 30, null, 'A'],
  ['ID9 its only owner, seen longer ago: its own', after(['A', 0]), 30.001, null, null],
  ['ID9 after a logout: its own', after(['A', 0], ['-A', 1]), 1, null, null],
  ['ID9 after a logout and a new sign-in: the owner', after(['A', 0], ['-A', 1], ['A', 2]), 3, null, 'A'],
  ['ID9 a logout of somebody else says nothing', after(['A', 0], ['-B', 1]), 1, null, 'A'],
  ['ID7 contested, in the session of the proof', after(['A', 0, 's1'], ['B', 1, 's2']), 1.5, 's2', 'B'],
  ['ID7 contested, in another session: its own', after(['A', 0, 's1'], ['B', 1, 's2']), 1.01, 's3', null],
  ['ID7 contested, in the session of who was before: its own', after(['A', 0, 's1'], ['B', 1, 's2']), 1.01, 's1', null],
  ['ID9 without ids, less than 30 minutes later', after(['A', 0], ['B', 1]), 1 + 29 / 1440, null, 'B'],
  ['ID9 without ids, 30 minutes later: its own', after(['A', 0], ['B', 1]), 1 + 30 / 1440, null, null],
  ['ID7 two owners more than 90 days apart do not contest', after(['A', 0], ['-A', 1], ['B', 92]), 93, 's9', 'B'],
  ['ID7 the same owner twice does not contest', after(['A', 0], ['-A', 1], ['A', 2]), 3, 's9', 'A'],
  ['ID7 back to the first, it is still contested', after(['A', 0], ['B', 1], ['A', 2, 's2']), 3, 's3', null],
]

describe('whom a device-only event belongs to', () => {
  const ask = (given: readonly Ownership[], atDay: number, id: string | null, rule: ContestedRule) => {
    const at = noon + atDay * day
    return ownershipOf(given, { id, at }, rule, at)?.owner.value ?? null
  }
  test.each(neither)('%s', (_rule, given, atDay, session, owner) => {
    expect(ask(given, atDay, session, 'neither')).toBe(owner)
  })
  test('ID9 contested with "last": the last owner, in any session, while seen within 30 days', () => {
    const given = after(['A', 0, 's1'], ['B', 1, 's2'])
    expect(ask(given, 2, 's3', 'last')).toBe('B')
    expect(ask(given, 32, 's3', 'last')).toBeNull()
  })
})

describe('intervals', () => {
  test('ID7 one closes where the next opens, and each claim has its number', () => {
    const given = after(['A', 0], ['B', 1], ['B', 2])
    expect(given).toMatchObject([
      { owner: user('A'), since: noon, until: noon + day, claimSeq: 1 },
      { owner: user('B'), since: noon + day, until: null, claimSeq: 3, seenAt: noon + 2 * day },
    ])
    expect(isContested(given, noon + 2 * day)).toBe(true)
    expect(isContested(given, noon + 92 * day)).toBe(false)
  })

  test('ID9 what is passed on keeps the owner seen, and is written once an hour', () => {
    const given = after(['A', 0])
    const soon = seeOwner(given, { id: null, at: noon + minute }, noon + minute)
    expect(soon).toBe(given)
    const later = seeOwner(given, { id: null, at: noon + 2 * hour }, noon + 2 * hour)
    expect(later).toMatchObject([{ seenAt: noon + 2 * hour }])
  })

  test('ID9 on a contested device without ids each event that is passed on carries the session on', () => {
    const given = after(['A', 0], ['B', 1])
    const at = noon + day + 20 * minute
    const seen = seeOwner(given, { id: null, at }, at)
    expect(ownershipOf(seen, { id: null, at: at + 20 * minute }, 'neither', at + 20 * minute)?.owner.value).toBe('B')
    expect(ownershipOf(given, { id: null, at: at + 20 * minute }, 'neither', at + 20 * minute)).toBeUndefined()
  })
})
