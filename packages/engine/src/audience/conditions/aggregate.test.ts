import type { Event, Json } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { day, hour, minute, noon, track } from '../../testing/events.ts'
import { holds, profileOf } from '../../testing/judge.ts'
import type { AggregateCondition, Condition } from '../condition.ts'

const order = (value: Json, ago = 0, more: Partial<Event> = {}) => track('Order', noon - ago, { value }, more)
type Parts<T> = T extends AggregateCondition ? Omit<T, 'event' | 'of'> : never
const agg = (parts: Parts<AggregateCondition>): Condition =>
  ({ event: 'Order', of: 'properties.value', ...parts }) as AggregateCondition

const tenTenths = Array.from({ length: 10 }, (_, i) => order(0.1, i))

const scenarios: [rule: string, when: Condition, events: Event[], then: boolean][] = [
  ['ten times 0.1 is gte 1', agg({ agg: 'sum', gte: 1 }), tenTenths, true],
  ['ten times 0.1 is eq 1', agg({ agg: 'sum', eq: 1 }), tenTenths, true],
  ['ten times 0.1 is not lt 1', agg({ agg: 'sum', lt: 1 }), tenTenths, false],
  ['0.1 + 0.2 is lte 0.3', agg({ agg: 'sum', lte: 0.3 }), [order(0.1), order(0.2)], true],
  [
    'a sum beyond 2^53 is exact',
    agg({ agg: 'sum', eq: 9_007_199_254_740_991 }),
    [order(9_007_199_254_740_992), order(-1)],
    true,
  ],
  ['tiny and huge numbers are summed', agg({ agg: 'sum', gt: 1e21 }), [order(1e21), order(1e-7)], true],
  ['the sum of none is 0', agg({ agg: 'sum', lt: 10 }), [], true],
  ['the sum of none is eq 0', agg({ agg: 'sum', eq: 0 }), [], true],
  ['a text is not summed: "5" is not 5', agg({ agg: 'sum', gt: 0 }), [order('5')], false],
  ['a refund takes the sum below', agg({ agg: 'sum', gte: 100 }), [order(120), order(-30)], false],
  ['between includes both ends', agg({ agg: 'sum', between: [0.3, 1] }), [order(0.1), order(0.2)], true],
  ['between ends', agg({ agg: 'sum', between: [0.31, 1] }), [order(0.1), order(0.2)], false],
  ['avg of nothing lt 10 is false', agg({ agg: 'avg', lt: 10 }), [], false],
  ['avg is exact', agg({ agg: 'avg', eq: 0.1 }), tenTenths, true],
  ['avg of thirds', agg({ agg: 'avg', gt: 0.333 }), [order(1), order(0), order(0)], true],
  ['min', agg({ agg: 'min', eq: 2 }), [order(5), order(2), order(7)], true],
  ['min of none compares false', agg({ agg: 'min', lt: 10 }), [], false],
  ['max', agg({ agg: 'max', gte: 7 }), [order(5), order(2), order(7)], true],
  ['max of texts alone is of none', agg({ agg: 'max', gt: 0 }), [order('a')], false],
  ['distinct', agg({ agg: 'distinct', eq: 2 }), [order('a'), order('b'), order('a')], true],
  ['distinct: "5" is not 5', agg({ agg: 'distinct', gte: 2 }), [order('5'), order(5)], true],
  ['distinct of none compares false', agg({ agg: 'distinct', lt: 3 }), [], false],
  ['first, whatever the order of arrival', agg({ agg: 'first', eq: 'a' }), [order('b', 1), order('a', 2)], true],
  [
    'first: a tie goes by receivedAt',
    agg({ agg: 'first', eq: 'a' }),
    [order('b'), order('a', 0, { receivedAt: noon - 1 })],
    true,
  ],
  [
    'first: then by messageId',
    agg({ agg: 'first', eq: 'a' }),
    [order('b', 0, { messageId: 'y' }), order('a', 0, { messageId: 'x' })],
    true,
  ],
  [
    'first takes text operators',
    agg({ agg: 'first', startsWith: 'sum' }),
    [order('summer', 2), order('winter', 1)],
    true,
  ],
  ['last', agg({ agg: 'last', in: ['b', 'c'] }), [order('b', 1), order('a', 2)], true],
  ['last of none compares false', agg({ agg: 'last', ne: 'x' }), [], false],
  ['last skips events without the value', agg({ agg: 'last', eq: 'a' }), [order('a', 2), track('Order', noon)], true],
  ['mode', agg({ agg: 'mode', eq: 'a' }), [order('a', 3), order('a', 2), order('b', 1)], true],
  ['mode: of several the one that came last', agg({ agg: 'mode', eq: 'b' }), [order('a', 3), order('b', 1)], true],
  ['mode ne', agg({ agg: 'mode', ne: 'b' }), [order('a', 1)], true],
  ['mode in and nin', agg({ agg: 'mode', in: ['a', 'b'], nin: ['b'] }), [order('a', 1)], true],
  ['mode of none compares false', agg({ agg: 'mode', nin: ['b'] }), [], false],
  ['sum within: an event exactly w old is out', agg({ agg: 'sum', gt: 0, within: 'PT1H' }), [order(5, hour)], false],
  ['sum within: a millisecond younger is in', agg({ agg: 'sum', gt: 0, within: 'PT1H' }), [order(5, hour - 1)], true],
  ['last within', agg({ agg: 'last', eq: 5, within: 'PT1H' }), [order(5, hour)], false],
  [
    'first within is the first that is still in',
    agg({ agg: 'first', eq: 6, within: 'PT1H' }),
    [order(5, hour), order(6, 5)],
    true,
  ],
  [
    'mode within forgets what is out',
    agg({ agg: 'mode', eq: 'b', within: 'PT1H' }),
    [order('a', 2 * hour), order('a', hour), order('b', 5)],
    true,
  ],
  ['distinct within', agg({ agg: 'distinct', gte: 2, within: 'PT1H' }), [order('a', hour), order('b', 5)], false],
  [
    'sum today',
    agg({ agg: 'sum', eq: 3, within: { calendar: 'today', tz: 'Europe/Rome' } }),
    [order(9, day), order(1), order(2)],
    true,
  ],
  [
    'max yesterday',
    agg({ agg: 'max', eq: 9, within: { calendar: 'yesterday', tz: 'Europe/Rome' } }),
    [order(9, day), order(1)],
    true,
  ],
  [
    'avg between',
    agg({ agg: 'avg', eq: 9, within: { between: ['2026-01-14', '2026-01-14'], tz: 'UTC' } }),
    [order(9, day), order(1)],
    true,
  ],
]
test.each(scenarios)('agg: %s', (_rule, when, events, then) => {
  expect(holds(when, events, noon)).toBe(then)
})

describe('AU2 the next flip of an aggregate', () => {
  test('is the departure that changes the answer, not the first', () => {
    const events = [order(1, 50 * minute), order(50, 40 * minute), order(60, 30 * minute)]
    const { judge } = profileOf(agg({ agg: 'sum', gte: 100, within: 'PT1H' }), [events])
    expect(judge(noon)).toMatchObject({ isMember: true, next: noon + 20 * minute })
    expect(judge(noon + 20 * minute)).toMatchObject({ isMember: false, next: undefined })
  })

  test('finds an entry by time: a refund that leaves the window', () => {
    const events = [order(-50, 50 * minute), order(100, 40 * minute)]
    const { judge } = profileOf(agg({ agg: 'sum', gte: 100, within: 'PT1H' }), [events])
    expect(judge(noon)).toMatchObject({ isMember: false, next: noon + 10 * minute })
    expect(judge(noon + 10 * minute)).toMatchObject({ isMember: true, next: noon + 20 * minute })
  })

  test('asks again past what it looks at, though none would say the same as now', () => {
    const low = Array.from({ length: 40 }, (_, i) => order(0, 50 * minute - i * 1000))
    const { judge } = profileOf(agg({ agg: 'avg', gt: 5, within: 'PT1H' }), [[...low, order(6, minute)]])
    let now = noon
    for (let next = judge(now).next; next !== undefined && !judge(now).isMember; { next } = judge(now)) now = next
    expect(now).toBe(noon + 10 * minute + 39 * 1000)
  })

  test('looks no further than some departures, then asks again: never late', () => {
    const events = Array.from({ length: 2000 }, (_, i) => order(1, 50 * minute - i * 1000))
    const { judge } = profileOf(agg({ agg: 'sum', gte: 1500, within: 'PT1H' }), [events])
    let now = noon
    let asked = 0
    while (judge(now).isMember) {
      const { next } = judge(now)
      expect(next).toBeGreaterThan(now)
      now = next!
      asked++
    }
    expect(now).toBe(noon + 10 * minute + 500 * 1000)
    expect(asked).toBeLessThanOrEqual(40)
  })
})

describe('PR2 distinct and mode keep at most 10,000 values, and say so past that', () => {
  const many = Array.from({ length: 10_001 }, (_, i) => order(`v${i}`, i))
  const scenarios: [rule: string, when: Condition, events: Event[], isInexact: boolean][] = [
    ['distinct gte 3 keeps 3 and is exact', agg({ agg: 'distinct', gte: 3 }), many, false],
    ['distinct with a bound beyond them is inexact', agg({ agg: 'distinct', gte: 20_000 }), many, true],
    ['10,000 values are exact', agg({ agg: 'distinct', gte: 20_000 }), many.slice(1), false],
    ['mode of 10,001 values is inexact', agg({ agg: 'mode', eq: 'v1' }), many, true],
    ['mode of 10,000 is exact', agg({ agg: 'mode', eq: 'v1' }), many.slice(1), false],
    ['a mode within a window as well', agg({ agg: 'mode', eq: 'v1', within: 'P1D' }), many, true],
  ]
  test.each(scenarios)('%s', (_rule, when, events, isInexact) => {
    const profile = profileOf(when, [events])
    expect(profile.isInexact(noon)).toBe(isInexact)
  })

  test('a window that has passed what was left out is exact again', () => {
    const profile = profileOf(agg({ agg: 'mode', eq: 'v1', within: 'P1D' }), [many])
    expect(profile.isInexact(noon - 10_000 + day)).toBe(false)
  })
})
