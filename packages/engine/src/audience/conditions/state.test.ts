import type { Event } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { at, day, hour, identify, minute, noon, page, track } from '../../testing/events.ts'
import { holds, profileOf } from '../../testing/judge.ts'
import { createVisitor } from '../../testing/visitor.ts'
import type { Condition } from '../condition.ts'

const viewed = (ago: number, more: Partial<Event> = {}) => track('Viewed', noon - ago, {}, more)
const from = (source: string, ago: number) => page(noon - ago, { context: { campaign: { source, medium: 'cpc' } } })
const plan = (value: string | null, ago: number) => identify({ plan: value }, noon - ago)
const score = (value: number, ago: number) => identify({ scores: { churn: value } }, noon - ago, { verified: true })
const proForAWeek: Condition = { trait: 'plan', eq: 'pro', hasBeenFor: 'P7D' }
const days = (gte: number, within?: string): Condition => ({
  days: { event: 'Viewed', tz: 'Europe/Rome' },
  gte,
  ...(within && { within }),
})

const scenarios: [rule: string, when: Condition, events: Event[], then: boolean][] = [
  [
    'recency: the last one exactly so long ago',
    { recency: { event: 'Viewed' }, gte: 'P30D' },
    [viewed(30 * day)],
    true,
  ],
  ['recency: a millisecond less', { recency: { event: 'Viewed' }, gte: 'P30D' }, [viewed(30 * day - 1)], false],
  ['recency: the last counts', { recency: { event: 'Viewed' }, gte: 'P30D' }, [viewed(40 * day), viewed(1)], false],
  ['recency: of none compares false', { recency: { event: 'Viewed' }, gte: 'P30D' }, [], false],
  ['recency: lt', { recency: { event: 'Viewed' }, lt: 'P30D' }, [viewed(30 * day)], false],
  ['recency: a range', { recency: { event: 'Viewed' }, gte: 'P1D', lt: 'P3D' }, [viewed(2 * day)], true],
  [
    'recency: where',
    { recency: { event: 'Viewed', where: [{ path: 'properties.x', exists: true }] }, gte: 'P1D' },
    [viewed(2 * day)],
    false,
  ],

  ['notPerformed: true for the empty profile', { notPerformed: 'Viewed', within: 'P1D' }, [], true],
  ['notPerformed: an event within', { notPerformed: 'Viewed', within: 'P1D' }, [viewed(day - 1)], false],
  ['notPerformed: an event exactly w old is out', { notPerformed: 'Viewed', within: 'P1D' }, [viewed(day)], true],
  ['notPerformed: ever', { notPerformed: 'Viewed' }, [viewed(300 * day)], false],

  ['days: distinct local days', days(2), [viewed(0), viewed(day)], true],
  ['days: two on one day are one', days(2), [viewed(0), viewed(hour)], false],
  [
    'days: local midnight parts them',
    days(2),
    [track('Viewed', at('2026-01-14T22:59Z')), track('Viewed', at('2026-01-14T23:00Z'))],
    true,
  ],
  ['days: within', days(2, 'P1D'), [viewed(0), viewed(day)], false],
  ['days: of none is 0', { days: { event: 'Viewed', tz: 'UTC' }, lt: 1 }, [], true],

  ['trait: eq', { trait: 'plan', eq: 'pro' }, [plan('pro', 1)], true],
  ['trait: the latest by time, not by arrival', { trait: 'plan', eq: 'pro' }, [plan('pro', 1), plan('free', 2)], true],
  ['trait: missing is false', { trait: 'plan', ne: 'pro' }, [], false],
  ['trait: missing is exists:false', { trait: 'plan', exists: false }, [viewed(1)], true],
  ['trait: no coercion', { trait: 'age', gte: 18 }, [identify({ age: '20' }, noon)], false],
  ['trait: null is a value', { trait: 'plan', eq: null }, [plan(null, 1)], true],

  ['hasBeenFor: exactly so long', proForAWeek, [plan('pro', 7 * day)], true],
  ['hasBeenFor: a millisecond less', proForAWeek, [plan('pro', 7 * day - 1)], false],
  ['hasBeenFor: said again it goes on', proForAWeek, [plan('pro', 8 * day), plan('pro', 1)], true],
  [
    'hasBeenFor: broken it begins anew',
    proForAWeek,
    [plan('pro', 9 * day), plan('free', 8 * day), plan('pro', 6 * day)],
    false,
  ],
  ['hasBeenFor: no longer so', proForAWeek, [plan('pro', 9 * day), plan('free', 1)], false],
  [
    'hasBeenFor: a late break begins it anew',
    proForAWeek,
    [plan('pro', 9 * day), plan('pro', 2 * day), plan('free', 5 * day)],
    false,
  ],
  [
    'hasBeenFor: missing since it was first seen',
    { trait: 'plan', exists: false, hasBeenFor: 'P7D' },
    [viewed(7 * day)],
    true,
  ],
  ['hasBeenFor: missing not so long', { trait: 'plan', exists: false, hasBeenFor: 'P7D' }, [viewed(6 * day)], false],

  ['firstSeen within', { firstSeen: { within: 'P30D' } }, [viewed(30 * day - 1)], true],
  ['firstSeen within: exactly so old is out', { firstSeen: { within: 'P30D' } }, [viewed(30 * day), viewed(1)], false],
  ['firstSeen before', { firstSeen: { before: 'P30D' } }, [viewed(30 * day), viewed(1)], true],
  ['firstSeen today', { firstSeen: { within: { calendar: 'today', tz: 'UTC' } } }, [viewed(hour)], true],
  ['firstSeen: false for the empty profile', { firstSeen: { before: 'P30D' } }, [], false],
  ['lastSeen before: not since 90 days', { lastSeen: { before: 'P90D' } }, [viewed(90 * day)], true],
  ['lastSeen before: seen since', { lastSeen: { before: 'P90D' } }, [viewed(100 * day), viewed(90 * day - 1)], false],
  ['lastSeen within', { lastSeen: { within: 'P1D' } }, [viewed(100 * day), viewed(1)], true],

  [
    'consent granted',
    { consent: 'marketing', is: 'granted' },
    [page(noon, { context: { consent: { categoryPreferences: { marketing: true } } } })],
    true,
  ],
  [
    'consent denied',
    { consent: 'marketing', is: 'denied' },
    [page(noon, { context: { consent: { categoryPreferences: { marketing: false } } } })],
    true,
  ],
  ['consent unknown', { consent: 'marketing', is: 'unknown' }, [viewed(1)], true],
  ['identifier: its own object', { identifier: 'anonymous_id', exists: true }, [viewed(1)], true],
  ['identifier: none', { identifier: 'email', exists: false }, [viewed(1)], true],

  [
    'touch first',
    { touch: 'first', where: [{ path: 'context.campaign.source', eq: 'a' }] },
    [from('b', 1), from('a', 2)],
    true,
  ],
  [
    'touch last',
    { touch: 'last', where: [{ path: 'context.campaign.source', eq: 'b' }] },
    [from('b', 1), from('a', 2), viewed(0)],
    true,
  ],
  ['touch: none brought the visitor', { touch: 'last' }, [viewed(0)], false],
  ['touch: any', { touch: 'last' }, [from('b', 1)], true],

  ['score', { score: 'churn', gte: 0.8 }, [score(0.9, 1), score(0.1, 2)], true],
  ['score: none', { score: 'churn', lt: 0.8 }, [viewed(1)], false],
  [
    'score: one that a page gave itself',
    { score: 'churn', gte: 0 },
    [identify({ scores: { churn: 1 } }, noon - 1)],
    false,
  ],
  [
    'score: a page leaves it as it was',
    { score: 'churn', gte: 0.8 },
    [score(0.9, 2), identify({ scores: { churn: 0 } }, noon)],
    true,
  ],
  ['score: of another name', { score: 'ltv', gte: 0 }, [score(0.9, 1)], false],
  [
    'score: another import leaves it as it was',
    { score: 'churn', gte: 0.8 },
    [score(0.9, 2), identify({ scores: { ltv: 3 } }, noon, { verified: true })],
    true,
  ],
  ['score: exactly maxAge old is too old', { score: 'churn', gte: 0.8, maxAge: 'P14D' }, [score(0.9, 14 * day)], false],
  [
    'score: a millisecond younger is not',
    { score: 'churn', gte: 0.8, maxAge: 'P14D' },
    [score(0.9, 14 * day - 1)],
    true,
  ],

  ['all of nothing is true', { all: [] }, [], true],
  ['any of nothing is false', { any: [] }, [], false],
  ['not', { not: { any: [] } }, [], true],
]
test.each(scenarios)('%s', (_rule, when, events, then) => {
  expect(holds(when, events, noon)).toBe(then)
})

describe('AU2 entries and exits by time alone', () => {
  const scenarios: [rule: string, when: Condition, events: Event[], isMember: boolean, next: number][] = [
    ['recency enters', { recency: { event: 'Viewed' }, gte: 'P30D' }, [viewed(0)], false, noon + 30 * day],
    [
      'recency gt enters a millisecond later',
      { recency: { event: 'Viewed' }, gt: 'P30D' },
      [viewed(0)],
      false,
      noon + 30 * day + 1,
    ],
    ['recency lt exits', { recency: { event: 'Viewed' }, lt: 'P30D' }, [viewed(0)], true, noon + 30 * day],
    ['notPerformed enters', { notPerformed: 'Viewed', within: 'P1D' }, [viewed(0)], false, noon + day],
    [
      'days exits with the oldest that decides',
      days(2, 'P7D'),
      [viewed(0), viewed(day), viewed(2 * day)],
      true,
      noon + 6 * day,
    ],
    ['hasBeenFor enters', proForAWeek, [plan('pro', day)], false, noon + 6 * day],
    [
      'hasBeenFor of a missing trait enters',
      { trait: 'plan', exists: false, hasBeenFor: 'P7D' },
      [viewed(0)],
      false,
      noon + 7 * day,
    ],
    ['firstSeen within exits', { firstSeen: { within: 'P30D' } }, [viewed(day)], true, noon + 29 * day],
    [
      'firstSeen this month exits',
      { firstSeen: { within: { calendar: 'this_month', tz: 'Europe/Rome' } } },
      [viewed(0)],
      true,
      at('2026-01-31T23:00Z'),
    ],
    ['lastSeen before enters', { lastSeen: { before: 'P90D' } }, [viewed(0)], false, noon + 90 * day],
    ['score exits at its maxAge', { score: 'churn', gt: 0, maxAge: 'P14D' }, [score(1, 0)], true, noon + 14 * day],
  ]
  test.each(scenarios)('%s', (_rule, when, events, isMember, next) => {
    const { judge } = profileOf(when, [events])
    expect(judge(noon)).toMatchObject({ isMember, next })
    expect(judge(next - 1).isMember).toBe(isMember)
    expect(judge(next).isMember).toBe(!isMember)
  })

  test('all waits for each part that is false, any for each that is true', () => {
    const soon: Condition = { recency: { event: 'Viewed' }, gte: 'PT1H' }
    const later: Condition = { recency: { event: 'Viewed' }, gte: 'PT2H' }
    const never: Condition = { event: 'Bought' }
    expect(profileOf({ all: [soon, later] }, [[viewed(0)]]).judge(noon).next).toBe(noon + 2 * hour)
    expect(profileOf({ all: [later, soon] }, [[viewed(0)]]).judge(noon).next).toBe(noon + 2 * hour)
    expect(profileOf({ any: [soon, later] }, [[viewed(0)]]).judge(noon).next).toBe(noon + hour)
    expect(profileOf({ all: [soon, never] }, [[viewed(0)]]).judge(noon).next).toBeUndefined()
    expect(profileOf({ not: { all: [soon, later] } }, [[viewed(0)]]).judge(noon).next).toBe(noon + 2 * hour)
  })
})

test('hasBeenFor keeps the start of a long run, and says when a late break tore it', () => {
  const again = Array.from({ length: 1000 }, (_, i) => plan('pro', 8 * day - i * minute))
  expect(profileOf(proForAWeek, [again]).judge(noon).isMember).toBe(true)
  expect(profileOf(proForAWeek, [again]).isInexact(noon)).toBe(false)
  const torn = profileOf(proForAWeek, [[...again, plan('free', 8 * day - 10.5 * minute)]])
  expect(torn.isInexact(noon)).toBe(true)
  expect(profileOf(proForAWeek, [[...again, plan('free', 9 * day)]]).isInexact(noon)).toBe(false)
})

describe('bucket: a stable share of visitors', () => {
  const shareOf = (salt: string, lt: number): Set<number> => {
    const inside = new Set<number>()
    for (let i = 0; i < 2000; i++) {
      const visitor = createVisitor([{ id: 'it', when: { bucket: { salt, lt } } }], `visitor ${i}`)
      visitor.send([page(noon)])
      if (visitor.audiences.length > 0) inside.add(i)
    }
    return inside
  }
  test('is about as large as asked, grows with its bound, and another salt cuts otherwise', () => {
    const tenth = shareOf('exp1', 0.1)
    expect(tenth.size).toBeGreaterThan(150)
    expect(tenth.size).toBeLessThan(250)
    const fifth = shareOf('exp1', 0.2)
    expect([...tenth].every((visitor) => fifth.has(visitor))).toBe(true)
    const other = shareOf('exp2', 0.1)
    expect([...tenth].filter((visitor) => other.has(visitor)).length).toBeLessThan(60)
  })
})
