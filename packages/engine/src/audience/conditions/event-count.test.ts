import type { Event } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { at, day, hour, noon, page, track } from '../../testing/events.ts'
import { holds, profileOf } from '../../testing/judge.ts'
import type { Condition } from '../condition.ts'

const viewed = (ago: number) => track('Viewed', noon - ago, { price: 10 })
const thrice: Condition = { event: 'Viewed', count: { gte: 3 }, within: 'PT1H' }

const scenarios: [rule: string, when: Condition, events: Event[], now: number, then: boolean][] = [
  ['a count left out means at least one', { event: 'Viewed' }, [viewed(0)], noon, true],
  ['no event is not at least one', { event: 'Viewed' }, [], noon, false],
  ['another event does not count', { event: 'Viewed' }, [track('Bought', noon)], noon, false],
  ['a page is known by its type', { event: 'page' }, [page(noon)], noon, true],
  ['a lifetime never ends', { event: 'Viewed' }, [viewed(4000 * day)], noon, true],
  ['an event exactly w old is out', { event: 'Viewed', within: 'PT1H' }, [viewed(hour)], noon, false],
  [
    'an event one millisecond younger than w is in',
    { event: 'Viewed', within: 'PT1H' },
    [viewed(hour - 1)],
    noon,
    true,
  ],
  ['gte: exactly as many', thrice, [viewed(3), viewed(2), viewed(1)], noon, true],
  ['gte: one too few', thrice, [viewed(2), viewed(1)], noon, false],
  ['gt', { event: 'Viewed', count: { gt: 1 } }, [viewed(1)], noon, false],
  ['lt holds for none', { event: 'Viewed', count: { lt: 1 }, within: 'P1D' }, [], noon, true],
  ['lte', { event: 'Viewed', count: { lte: 1 }, within: 'P1D' }, [viewed(1), viewed(2)], noon, false],
  ['eq 0 holds for none', { event: 'Viewed', count: { eq: 0 } }, [], noon, true],
  ['eq', { event: 'Viewed', count: { eq: 2 }, within: 'P1D' }, [viewed(1), viewed(2), viewed(3)], noon, false],
  ['ne', { event: 'Viewed', count: { ne: 2 }, within: 'P1D' }, [viewed(1), viewed(2), viewed(3)], noon, true],
  ['between includes both ends', { event: 'Viewed', count: { between: [1, 2] } }, [viewed(1), viewed(2)], noon, true],
  [
    'several comparisons hold at once',
    { event: 'Viewed', count: { gte: 2, lt: 3 } },
    [viewed(1), viewed(1), viewed(2)],
    noon,
    false,
  ],
  [
    'where leaves out what it does not match',
    { event: 'Viewed', where: [{ path: 'properties.price', gt: 10 }] },
    [viewed(1)],
    noon,
    false,
  ],
]

test.each(scenarios)('count: %s', (_rule, when, events, now, then) => {
  expect(holds(when, events, now)).toBe(then)
})

describe('AU2 the next flip of a count', () => {
  test('is the instant at which the deciding event leaves', () => {
    const { judge } = profileOf(thrice, [[viewed(50), viewed(40), viewed(30), viewed(20)]])
    expect(judge(noon)).toMatchObject({ isMember: true, next: noon - 40 + hour })
    expect(judge(noon - 40 + hour - 1).isMember).toBe(true)
    expect(judge(noon - 40 + hour)).toMatchObject({ isMember: false, next: undefined })
  })

  test('count ≥ K keeps K instants', () => {
    const { state } = profileOf(thrice, [Array.from({ length: 500 }, (_, i) => viewed(i))])
    const [memory] = Object.values(state.fragments[0]!.memory) as [{ entries: unknown[] }]
    expect(memory.entries).toEqual([[noon], [noon - 1], [noon - 2]])
  })

  test('a lifetime has none', () => {
    expect(profileOf({ event: 'Viewed' }, [[viewed(1)]]).judge(noon).next).toBeUndefined()
  })
})

describe('AU4 lateness', () => {
  const late = (more: Partial<Event> = {}) => track('Viewed', noon - 31 * day, {}, { receivedAt: noon, ...more })
  const scenarios: [rule: string, when: Condition, event: Event, then: boolean][] = [
    ['an event 31 days late counts for a lifetime', { event: 'Viewed' }, late(), true],
    ['but for no window', { event: 'Viewed', within: 'P60D' }, late(), false],
    ['nor for any other condition', { recency: { event: 'Viewed' }, gte: 'P1D' }, late(), false],
    ['imported, it counts for a window', { event: 'Viewed', within: 'P60D' }, late({ imported: true }), true],
    [
      '30 days late is not too late',
      { event: 'Viewed', within: 'P60D' },
      track('Viewed', noon - 30 * day, {}, { receivedAt: noon }),
      true,
    ],
  ]
  test.each(scenarios)('%s', (_rule, when, event, then) => {
    expect(holds(when, [event], noon)).toBe(then)
  })

  test('it is flagged in the counts of its name', () => {
    const { state } = profileOf({ event: 'Viewed' }, [[late(), viewed(1)]])
    expect(state.fragments[0]!.events.Viewed).toMatchObject({ count: 2, late: 1 })
    expect(state.fragments[0]!.firstSeen).toBe(noon - 1)
  })
})

const rome = 'Europe/Rome'
const inWindow = (within: Condition & object, instant: string, now: string): boolean =>
  holds(within, [track('Viewed', at(instant))], at(now))
const on = (calendar: 'today' | 'yesterday' | 'this_week' | 'this_month' | 'last_month', tz = rome): Condition => ({
  event: 'Viewed',
  within: { calendar, tz },
})

const calendarScenarios: [rule: string, when: Condition, event: string, now: string, then: boolean][] = [
  ['today begins at local midnight', on('today'), '2026-01-14T23:00:00Z', '2026-01-15T12:00Z', true],
  ['and not before', on('today'), '2026-01-14T22:59:59.999Z', '2026-01-15T12:00Z', false],
  ['another zone has another day', on('today', 'Asia/Tokyo'), '2026-01-14T23:00:00Z', '2026-01-15T15:00Z', false],
  ['today of 2026-03-29 in Rome ends after 23 h', on('today'), '2026-03-28T23:00Z', '2026-03-29T21:59:59.999Z', true],
  ['and is over then', on('today'), '2026-03-28T23:00Z', '2026-03-29T22:00Z', false],
  ['today of 2026-10-25 in Rome lasts 25 h', on('today'), '2026-10-24T22:00Z', '2026-10-25T22:59:59.999Z', true],
  ['and is over then (25 h)', on('today'), '2026-10-24T22:00Z', '2026-10-25T23:00Z', false],
  [
    'P1D has 24 h on 2026-03-29',
    { event: 'Viewed', within: 'P1D' },
    '2026-03-28T23:00Z',
    '2026-03-29T22:59:59.999Z',
    true,
  ],
  ['P1D has 24 h on 2026-10-25', { event: 'Viewed', within: 'P1D' }, '2026-10-24T22:00Z', '2026-10-25T22:00Z', false],
  ['yesterday is the day before', on('yesterday'), '2026-01-14T12:00Z', '2026-01-15T12:00Z', true],
  ['yesterday is not today', on('yesterday'), '2026-01-15T01:00Z', '2026-01-15T12:00Z', false],
  ['yesterday is not the day before it', on('yesterday'), '2026-01-13T12:00Z', '2026-01-15T12:00Z', false],
  ['this week begins on Monday', on('this_week'), '2026-01-11T23:00Z', '2026-01-15T12:00Z', true],
  ['Sunday was last week', on('this_week'), '2026-01-11T22:59Z', '2026-01-15T12:00Z', false],
  ['this month', on('this_month'), '2025-12-31T23:00Z', '2026-01-15T12:00Z', true],
  ['last month', on('last_month'), '2025-12-31T22:59Z', '2026-01-15T12:00Z', true],
  ['last month begins with it', on('last_month'), '2025-11-30T22:59Z', '2026-01-15T12:00Z', false],
]
test.each(calendarScenarios)('calendar: %s', (_rule, when, event, now, then) => {
  expect(inWindow(when, event, now)).toBe(then)
})

test('calendar: enters and leaves by time alone', () => {
  const { judge } = profileOf(on('yesterday'), [[track('Viewed', at('2026-03-28T12:00Z'))]])
  expect(judge(at('2026-03-28T12:00Z'))).toMatchObject({ isMember: false, next: at('2026-03-28T23:00Z') })
  expect(judge(at('2026-03-28T23:00Z'))).toMatchObject({ isMember: true, next: at('2026-03-29T22:00Z') })
  expect(judge(at('2026-03-29T22:00Z'))).toMatchObject({ isMember: false, next: undefined })
})

test('calendar: counts each period by itself', () => {
  const events = [0, 1, 2].flatMap((n) => Array.from({ length: n + 1 }, () => track('Viewed', noon - n * day)))
  const twice: Condition = { event: 'Viewed', count: { eq: 2 }, within: { calendar: 'yesterday', tz: rome } }
  expect(holds(twice, events, noon)).toBe(true)
  expect(holds(twice, events, noon + day)).toBe(false)
})

const span = (from: string, to: string, tz = rome): Condition => ({
  event: 'Viewed',
  within: { between: [from, to], tz },
})
const spanScenarios: [rule: string, when: Condition, event: string, then: boolean][] = [
  ['a date begins at local midnight', span('2026-03-29', '2026-03-29'), '2026-03-28T23:00Z', true],
  ['and not before', span('2026-03-29', '2026-03-29'), '2026-03-28T22:59:59.999Z', false],
  ['a last date is included whole', span('2026-03-01', '2026-03-29'), '2026-03-29T21:59:59.999Z', true],
  ['and no longer', span('2026-03-01', '2026-03-29'), '2026-03-29T22:00Z', false],
  ['a local time is read in its zone', span('2026-07-01T10:00', '2026-07-01T11:00'), '2026-07-01T08:00Z', true],
  ['both ends are included', span('2026-07-01T10:00', '2026-07-01T11:00'), '2026-07-01T09:00Z', true],
  ['a millisecond later is out', span('2026-07-01T10:00', '2026-07-01T11:00'), '2026-07-01T09:00:00.001Z', false],
  ['an instant keeps its own offset', span('2026-07-01T10:00Z', '2026-07-01T11:00Z'), '2026-07-01T10:30Z', true],
]
test.each(spanScenarios)('between: %s', (_rule, when, event, then) => {
  expect(inWindow(when, event, '2026-08-01T00:00Z')).toBe(then)
})
