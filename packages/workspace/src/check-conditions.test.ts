import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'

const source = { id: 'web', kind: 'browser', writeKey: 'wk_123456' }
const workspace = (...conditions: unknown[]) => ({
  sources: [source],
  purposes: ['marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: conditions.map((when, index) => ({ id: `a${index}`, when })),
})

/** The faults of a document, as `path: message`. */
const faultsOf = (document: unknown): string[] => {
  const checked = checkWorkspace(document)
  return checked.ok ? [] : checked.error.map(({ message }) => message)
}

const deep = (levels: number): unknown => (levels === 1 ? { event: 'E' } : { not: deep(levels - 1) })
const p1 = { path: 'properties.x', eq: 1 }

describe('AU every row of the table is taken', () => {
  const conditions: unknown[] = [
    { all: [{ any: [] }, { not: { all: [] } }] },
    { event: 'E' },
    { event: 'E', where: [p1, { path: 'name', eq: 'Home' }], count: { gte: 2, lt: 5 }, within: 'P7D' },
    { event: 'E', within: { between: ['2026-03-01', '2026-03-29T12:00'], tz: 'Europe/Rome' } },
    { event: 'E', within: { calendar: 'last_month', tz: 'UTC' } },
    { event: 'E', within: 'P400D' },
    { agg: 'sum', of: 'properties.revenue', event: 'E', gt: 100 },
    { agg: 'distinct', of: 'properties.sku', event: 'E', where: [p1], within: 'P7D', between: [1, 2] },
    { agg: 'first', of: 'properties.sku', event: 'E', startsWith: 'a' },
    { agg: 'mode', of: 'properties.sku', event: 'E', in: ['a', 1, null] },
    {
      sequence: [{ event: 'A' }, { event: 'B', where: [p1], after: { min: 'PT1H', max: 'P1D' } }],
      none: [{ event: 'C' }],
      within: 'P7D',
    },
    { recency: { event: 'E', where: [p1] }, gte: 'P30D' },
    { notPerformed: 'E', within: 'P7D' },
    { days: { event: 'E', tz: 'Europe/Rome' }, gte: 3, within: 'P7D' },
    { trait: 'plan', eq: 'pro', hasBeenFor: 'P7D' },
    { trait: 'plan', in: ['a'], contains: 'a', exists: true },
    { firstSeen: { within: 'P30D' } },
    { lastSeen: { before: 'P500D' } },
    { identifier: 'email', exists: true },
    { identifier: 'user_id', exists: false },
    { consent: 'marketing', is: 'granted' },
    { audience: 'a0', for: 'P7D' },
    { touch: 'first', where: [{ path: 'context.campaign.source', eq: 'x' }] },
    { bucket: { salt: 'exp1', lt: 0.1 } },
    { score: 'churn', gte: 0.8, maxAge: 'P14D' },
    { event: 'E', where: [{ path: 'properties.items[*].sku', any: true, eq: 'X' }] },
    { event: 'E', where: [{ path: 'properties.items[*].tags[*]', every: true, eq: 'X' }] },
    deep(8),
  ]
  test.each(conditions.map((condition) => [JSON.stringify(condition), condition]))('%s', (_text, condition) => {
    expect(faultsOf(workspace({ event: 'E' }, condition))).toEqual([])
  })
})

describe('each fault names its path and says how to mend it', () => {
  const when = 'audiences[0].when'
  const scenarios: [rule: string, condition: unknown, fault: string][] = [
    ['no condition', {}, `${when} is no condition: it needs one of`],
    ['not an object', 'E', `${when} must be a condition`],
    ['nested too deep', deep(9), `${when}${'.not'.repeat(8)} is nested deeper than 8 levels`],
    ['inside a tree', { all: [{ any: [{ event: 1 }] }] }, `${when}.all[0].any[0].event must be text`],
    ['a misspelt key', { event: 'E', withn: 'P1D' }, `${when}.withn is not a setting`],
    ['a misspelt operator', { trait: 'plan', eqq: 'pro' }, `${when}.eqq is not a setting`],
    ['a trait that compares nothing', { trait: 'plan' }, `${when} needs at least one of eq`],
    ['a count that compares nothing', { event: 'E', count: {} }, `${when}.count needs at least one of eq, ne, gt`],
    ['a count that is no number', { event: 'E', count: { gte: '2' } }, `${when}.count.gte must be a number`],
    [
      'a count compared as text',
      { event: 'E', count: { startsWith: '2' } },
      `${when}.count.startsWith is not a setting`,
    ],
    [
      'between the wrong way round',
      { event: 'E', count: { between: [5, 2] } },
      `${when}.count.between holds for nothing`,
    ],
    ['a month has no fixed length', { event: 'E', within: 'P1M' }, `${when}.within must be an ISO 8601 duration`],
    ['a window longer than events are kept', { event: 'E', within: 'P401D' }, `${when}.within must be at most P400D`],
    [
      'an unknown calendar',
      { event: 'E', within: { calendar: 'tomorrow', tz: 'UTC' } },
      `${when}.within.calendar must be one of today`,
    ],
    ['a calendar without a zone', { event: 'E', within: { calendar: 'today' } }, `${when}.within.tz is missing`],
    [
      'an unknown zone',
      { event: 'E', within: { calendar: 'today', tz: 'Europe/Roma' } },
      `${when}.within.tz must be a time zone`,
    ],
    [
      'dates the wrong way round',
      { event: 'E', within: { between: ['2026-02-01', '2026-01-01'], tz: 'UTC' } },
      `${when}.within.between ends before it begins`,
    ],
    [
      'a date that does not exist',
      { event: 'E', within: { between: ['2026-02-30', '2026-03-01'], tz: 'UTC' } },
      `${when}.within.between[0] must be a local date`,
    ],
    ['a window that is none', { event: 'E', within: 7 }, `${when}.within must be a duration such as P7D`],
    [
      '[*] without any or every',
      { event: 'E', where: [{ path: 'properties.items[*].sku', eq: 1 }] },
      `${when}.where[0] needs "any": true or "every": true`,
    ],
    [
      '[*] with both',
      { event: 'E', where: [{ path: 'properties.items[*]', any: true, every: true, eq: 1 }] },
      `${when}.where[0] needs "any": true`,
    ],
    [
      'any without [*]',
      { event: 'E', where: [{ path: 'properties.x', any: true, eq: 1 }] },
      `${when}.where[0] needs "any": true`,
    ],
    [
      'a path of nothing',
      { event: 'E', where: [{ path: 'price', eq: 1 }] },
      `${when}.where[0].path must be a path of the event`,
    ],
    [
      'a predicate that compares nothing',
      { event: 'E', where: [{ path: 'properties.x' }] },
      `${when}.where[0] needs at least one of eq`,
    ],
    [
      'an object to equal',
      { event: 'E', where: [{ path: 'properties.x', eq: {} }] },
      `${when}.where[0].eq must be text, a number`,
    ],
    [
      'an unknown aggregate',
      { agg: 'median', of: 'properties.x', event: 'E', gt: 1 },
      `${when}.agg must be one of sum`,
    ],
    ['an aggregate of nothing', { agg: 'sum', event: 'E', gt: 1 }, `${when}.of is missing`],
    [
      'an aggregate of many',
      { agg: 'sum', of: 'properties.items[*].price', event: 'E', gt: 1 },
      `${when}.of must stand for one value`,
    ],
    [
      'an aggregate that compares nothing',
      { agg: 'sum', of: 'properties.x', event: 'E' },
      `${when} needs at least one of eq`,
    ],
    ['a sum compared as text', { agg: 'sum', of: 'properties.x', event: 'E', gt: '1' }, `${when}.gt must be a number`],
    [
      'a mode is only asked whether it equals',
      { agg: 'mode', of: 'properties.x', event: 'E', gt: 1 },
      `${when}.gt is not a setting`,
    ],
    [
      'a last value that exists',
      { agg: 'last', of: 'properties.x', event: 'E', exists: true },
      `${when}.exists is not a setting`,
    ],
    ['a sequence of nothing', { sequence: [] }, `${when}.sequence needs at least one step`],
    [
      'a first step after something',
      { sequence: [{ event: 'A', after: { min: 'PT1H' } }] },
      `${when}.sequence says after what`,
    ],
    [
      'a step too late to be in time',
      { sequence: [{ event: 'A' }, { event: 'B', after: { min: 'P2D', max: 'P1D' } }] },
      `${when}.sequence[1].after holds for nothing`,
    ],
    ['a recency that compares nothing', { recency: { event: 'E' } }, `${when} needs at least one of gt, gte, lt, lte`],
    ['a recency that is no duration', { recency: { event: 'E' }, gte: 30 }, `${when}.gte must be text`],
    ['days without a zone', { days: { event: 'E' }, gte: 3 }, `${when}.days.tz is missing`],
    ['seen without a time', { firstSeen: {} }, `${when}.firstSeen needs within or before`],
    ['an unknown consent', { consent: 'marketing', is: 'yes' }, `${when}.is must be granted, denied or unknown`],
    ['a touch in the middle', { touch: 'second' }, `${when}.touch must be first or last`],
    [
      'a touch of something else',
      { touch: 'first', where: [{ path: 'properties.x', eq: 1 }] },
      `${when}.where[0].path must be a path of the event, such as context.campaign.source`,
    ],
    ['a bucket without a share', { bucket: { salt: 'x' } }, `${when}.bucket needs at least one of eq`],
    ['a score that compares nothing', { score: 'churn' }, `${when} needs at least one of eq`],
    [
      'an audience that nobody defined',
      { any: [{ audience: 'b' }] },
      `${when}.any[0].audience names the audience "b", which the workspace does not define: it has a0`,
    ],
    [
      'a purpose that nobody defined',
      { not: { consent: 'ads', is: 'granted' } },
      `${when}.not.consent names the purpose "ads"`,
    ],
    [
      'an identifier type that nobody defined',
      { identifier: 'phone', exists: true },
      `${when}.identifier names the identifier type "phone"`,
    ],
    ['an audience that depends on itself', { audience: 'a0' }, `${when} depends on itself: a0 → a0`],
  ]
  test.each(scenarios)('%s', (_rule, condition, fault) => {
    const faults = faultsOf(workspace(condition))
    expect(faults.filter((message) => message.startsWith(fault))).toHaveLength(1)
    expect(faults[0]).toMatch(fault.slice(0, when.length))
  })

  test('a circle is named, wherever it is entered', () => {
    const circle = workspace(
      { event: 'E' },
      { not: { audience: 'a2' } },
      { all: [{ audience: 'a3' }] },
      { audience: 'a1', for: 'P1D' },
    )
    expect(faultsOf(circle)).toEqual([
      'audiences[1].when depends on itself: a1 → a2 → a3 → a1. Take one of them out of the circle',
    ])
  })

  test('every fault of a document is named at once', () => {
    expect(faultsOf(workspace({ audience: 'b' }, { consent: 'ads', is: 'granted' }))).toHaveLength(2)
  })
})
