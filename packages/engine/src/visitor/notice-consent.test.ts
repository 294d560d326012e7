import type { ConsentNotice, ConsentPolicy } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { noticeConsent } from './notice-consent.ts'
import type { VisitorState } from './state.ts'

type Choice = Record<string, boolean> | undefined

const plan = {
  ...planOf([
    { id: 'readers', when: { event: 'Read', count: { gte: 1 } } },
    { id: 'targets', purposes: ['marketing'], when: { event: 'Read' } },
  ]),
  destinationPurposes: [['marketing'], ['analytics', 'sharing']],
}

const made = 'Segment Consent Preference Updated'
const event = (messageId: string, name: string, at: number, choice: Choice, anonymousId = 'a') => ({
  messageId,
  type: 'track' as const,
  event: name,
  anonymousId,
  source: 'web',
  timestamp: at,
  receivedAt: at,
  ...(choice && { context: { consent: { categoryPreferences: choice } } }),
})

/** A reader whose first event says one thing and whose second another. */
const between = (first: Choice, then: Choice, policies: [ConsentPolicy, ConsentPolicy], name = 'Page Seen') => {
  const visitor = createVisitor(plan)
  visitor.send([event('m1', 'Read', 1_000, first)], policies[0])
  const before = visitor.state
  visitor.send([event('m2', name, 2_000, then)], policies[1])
  return { before, after: visitor.state }
}

const noticeOf = (before: VisitorState, after: VisitorState): ConsentNotice | undefined =>
  noticeConsent(before, after, plan, 3_000).notice

const [optIn, optOut] = [
  ['opt-in', 'opt-in'],
  ['opt-out', 'opt-out'],
] as [ConsentPolicy, ConsentPolicy][]
const all = { marketing: true, analytics: true, sharing: true }

// biome-ignore format: a row a rule
test.each<[what: string, first: Choice, then: Choice, policies: [ConsentPolicy, ConsentPolicy] | undefined, isTold: boolean]>([
  ['withdraws what a destination needs', all, { marketing: false }, optIn, true],
  ['grants what a destination needs', undefined, { marketing: true }, optIn, true],
  ['grants what silence granted', undefined, { marketing: true }, optOut, false],
  ['refuses what silence granted', undefined, { marketing: false }, optOut, true],
  ['refuses what silence refused', undefined, { marketing: false }, optIn, false],
  ['says again what it said', all, all, optIn, false],
  ['decides what nobody needs', all, { other: false }, optIn, false],
  ['grants one of two purposes that one destination needs', undefined, { sharing: true }, optIn, false],
  ['refuses one of them', all, { sharing: false }, optIn, true],
  ['comes under a stricter law', undefined, undefined, ['opt-out', 'opt-in'], true],
])('CO6 a member that %s', (_what, first, then, policies, isTold) => {
  const { before, after } = between(first, then, policies!)
  expect(noticeOf(before, after) !== undefined).toBe(isTold)
})

test('CO6 the notice says what held, what holds, and of which audiences: those that nobody exits', () => {
  const { before, after } = between({ ...all, other: true }, { marketing: false }, optIn!, made)
  expect(noticeConsent(before, after, plan, 3_000)).toMatchObject({
    state: { consentNotices: 1 },
    notice: {
      type: 'profile.consented',
      order: 1,
      after: 3,
      was: { consent: { marketing: 'granted' }, policy: 'opt-in' },
      consent: { marketing: 'denied', analytics: 'granted' },
      members: { readers: 1_000 },
      effectiveAt: 2_000,
      emittedAt: 3_000,
      identifiers: [{ type: 'anonymous_id', value: 'a' }],
    },
  })
  expect(Object.keys(noticeOf(before, after)!.members)).toEqual(['readers'])
})

test('CO6 notices are counted on; nobody who is in no audience makes one', () => {
  const { before, after } = between(all, { marketing: false }, optIn!)
  expect(noticeConsent(before, { ...after, consentNotices: 4 }, plan, 3_000).notice!.order).toBe(5)
  expect(noticeOf({ ...before, memberships: {} }, after)).toBeUndefined()
  expect(noticeOf(before, { ...after, memberships: {} })).toBeUndefined()
  expect(noticeConsent(undefined, after, plan, 3_000).notice).toBeUndefined()
  expect(noticeConsent(before, after, { destinationPurposes: [] }, 3_000).notice).toBeUndefined()
})

test('CO6 what one of several devices repeats may be what counts by now', () => {
  const visitor = createVisitor(plan)
  visitor.send([event('m1', 'Read', 1_000, { marketing: false }, 'b')], 'opt-in')
  visitor.send([event('m2', 'Page Seen', 2_000, { marketing: true })], 'opt-in')
  const before = visitor.state
  visitor.send([event('m3', 'Page Seen', 3_000, { marketing: false }, 'b')], 'opt-in')
  expect(noticeOf(before, visitor.state)).toMatchObject({ consent: { marketing: 'denied' } })
})
