import { expect, test } from 'vitest'
import { openLake } from '../lake/open-lake.ts'
import type { Value } from '../query/column.ts'
import { eventRow, type LakeRow, makeLake } from '../testing/lake-folder.ts'
import { type ReadyReport, readPeriod } from './report.ts'
import { type AttributionOptions, attribution } from './reports/attribution.ts'
import { audiences } from './reports/audiences.ts'
import { deliveries } from './reports/deliveries.ts'
import { funnel } from './reports/funnel.ts'
import { sources } from './reports/sources.ts'

const march = { since: '2026-03-01', until: '2026-03-31' }

const tables = async <Options>(
  report: ReadyReport<Options>,
  options: Options,
  lake: string,
): Promise<(readonly (readonly Value[])[])[]> => {
  const connection = await openLake(
    { lake, collector: '', tokenEnv: '' },
    { kinds: report.kinds, sinceOf: () => report.filesSince(march, options) },
  )
  return (await report.ask(connection, march, options)).sections.map(({ rows }) => rows)
}

const at = (day: number, time = '12:00:00'): string => `2026-03-${String(day).padStart(2, '0')}T${time}Z`

test('sources: what arrived, by the time of receipt', async () => {
  const lake = makeLake({
    events: [
      eventRow({ source: 'web', timestamp: at(1), type: 'page', profile_id: 'ann' }),
      eventRow({ source: 'web', timestamp: at(1), event: 'Order Completed', profile_id: 'ann' }),
      eventRow({ source: 'web', timestamp: at(2), type: 'page', profile_id: null, is_bot: true, anonymous_id: 'bot' }),
      eventRow({
        source: 'till',
        timestamp: '2026-01-01T12:00:00Z',
        received_at: at(2),
        is_late: true,
        event: 'Order Completed',
        profile_id: 'bob',
      }),
      eventRow({ source: 'till', timestamp: '2026-02-28T23:59:59.999Z', profile_id: 'eve' }),
      eventRow({ source: 'till', timestamp: '2026-04-01T00:00:00Z', profile_id: 'eve' }),
    ],
  })
  expect(await tables(sources, {}, lake)).toEqual([
    [
      ['web', 3, 1, 1, 0, 1, 0.75],
      ['till', 1, 1, 0, 1, 0, 0.25],
    ],
    [
      ['2026-03-01', 2, 1],
      ['2026-03-02', 2, 1],
    ],
    [
      ['Order Completed', 2, 2],
      ['page', 2, 1],
    ],
  ])
})

test('audiences: who is a member had entered last, also before the period', async () => {
  let seq = 0
  const change = (
    profile_id: string,
    type: string,
    audience: string,
    effective_at: string,
    cause = 'event',
  ): LakeRow => ({
    ...{
      id: `${profile_id}:${audience}:${++seq}`,
      profile_id,
      type: `audience.${type}`,
      audience,
      seq,
      cause,
      effective_at,
    },
    emitted_at: effective_at,
  })
  const twice = change('ann', 'entered', 'buyers', at(2))
  const lake = makeLake({
    changes: [
      change('old', 'entered', 'buyers', '2026-01-01T00:00:00Z'),
      twice,
      twice,
      change('bob', 'entered', 'buyers', at(2)),
      change('bob', 'exited', 'buyers', at(3), 'time'),
      change('ann', 'entered', 'lookers', at(3)),
      change('ann', 'exited', 'buyers', '2026-04-01T00:00:00Z'),
    ],
  })
  expect(await tables(audiences, {}, lake)).toEqual([
    [
      ['buyers', 2, 1, 2],
      ['lookers', 1, 0, 1],
    ],
    [
      ['2026-03-02', 'buyers', 2, 0],
      ['2026-03-03', 'buyers', 0, 1],
      ['2026-03-03', 'lookers', 1, 0],
    ],
    [
      ['buyers', 'event', 2],
      ['buyers', 'time', 1],
      ['lookers', 'event', 1],
    ],
  ])
})

test('deliveries: what arrived, how soon, and why the rest did not', async () => {
  let id = 0
  const delivery = (destination: string, state: string, fields: LakeRow = {}): LakeRow => ({
    ...{ id: `d${++id}`, destination, state, at: at(5), attempts: 1, latency_ms: 100, kind: 'change' },
    ...fields,
  })
  const lake = makeLake({
    deliveries: [
      delivery('crm', 'delivered', { latency_ms: 100 }),
      delivery('crm', 'delivered', { latency_ms: 300, attempts: 2 }),
      delivery('crm', 'delivered', { latency_ms: 200, attempts: 3 }),
      delivery('crm', 'parked', { status: 410, reason: 'gone', attempts: 1 }),
      delivery('crm', 'parked', { status: 410, reason: 'gone', attempts: 1 }),
      delivery('ads', 'skipped', { reason: 'consent' }),
      delivery('ads', 'delivered', { at: '2026-04-01T00:00:00Z' }),
    ],
  })
  expect(await tables(deliveries, {}, lake)).toEqual([
    [
      ['crm', 3, 2, 0, 2, 200, 300],
      ['ads', 0, 0, 1, null, null, null],
    ],
    [
      ['crm', 'parked', '410', 'gone', 2],
      ['ads', 'skipped', null, 'consent', 1],
    ],
  ])
})

const visit = (profile_id: string, event: string, timestamp: string): LakeRow =>
  event === 'page' ? eventRow({ profile_id, type: 'page', timestamp }) : eventRow({ profile_id, event, timestamp })

test('a funnel: in order, within its time, each profile with its best run', async () => {
  const lake = makeLake({
    events: [
      // Ann goes through at once.
      visit('ann', 'page', at(1, '10:00:00')),
      visit('ann', 'View', at(1, '10:00:10')),
      visit('ann', 'Buy', at(1, '10:01:10')),
      // Bob begins twice: his first run leads nowhere in time, his second one does.
      visit('bob', 'page', at(2, '10:00:00')),
      visit('bob', 'page', at(3, '10:00:00')),
      visit('bob', 'View', at(3, '10:00:30')),
      visit('bob', 'Buy', at(3, '10:02:30')),
      // Eve buys before she looks; Joe looks in the very millisecond; Kim's second step is too late; Lea begins too early.
      visit('eve', 'page', at(4, '10:00:00')),
      visit('eve', 'Buy', at(4, '10:00:01')),
      visit('eve', 'View', at(4, '10:00:02')),
      visit('joe', 'page', at(5)),
      visit('joe', 'View', at(5)),
      visit('kim', 'page', at(6, '10:00:00')),
      visit('kim', 'View', at(6, '11:00:00.001')),
      visit('lea', 'page', '2026-02-28T23:59:59Z'),
      visit('lea', 'View', at(1, '00:00:01')),
    ],
  })
  expect(await tables(funnel, { steps: ['page', 'View', 'Buy'], withinMs: 3_600_000 }, lake)).toEqual([
    [
      ['1. page', 5, 1, null, null],
      ['2. View', 3, 3 / 5, 3 / 5, 10_000],
      ['3. Buy', 2, 2 / 5, 2 / 3, 90_000],
    ],
  ])
})

/** Ann comes by mail, then thrice in a row by ads, and buys for 30; Bob comes by ads and buys twice; Eve by nothing. */
const campaigns = makeLake({
  events: [
    eventRow({ profile_id: 'ann', type: 'page', timestamp: at(1), campaign_source: 'mail' }),
    eventRow({
      profile_id: 'ann',
      type: 'page',
      timestamp: at(2, '10:00:00'),
      campaign_source: 'ads',
      campaign_medium: 'cpc',
    }),
    eventRow({
      profile_id: 'ann',
      type: 'page',
      timestamp: at(2, '10:10:00'),
      campaign_source: 'ads',
      campaign_medium: 'cpc',
    }),
    eventRow({
      profile_id: 'ann',
      type: 'page',
      timestamp: at(2, '10:20:00'),
      campaign_source: 'ads',
      campaign_medium: 'cpc',
    }),
    eventRow({ profile_id: 'ann', event: 'Buy', timestamp: at(3), properties: { revenue: 30.01 } }),
    eventRow({ profile_id: 'bob', type: 'page', timestamp: at(4), campaign_source: 'ads', campaign_medium: 'cpc' }),
    eventRow({ profile_id: 'bob', event: 'Buy', timestamp: at(5), properties: { revenue: 0.1 } }),
    eventRow({ profile_id: 'bob', event: 'Buy', timestamp: at(6), properties: { revenue: '5' } }),
    eventRow({ profile_id: 'eve', event: 'Buy', timestamp: at(7), properties: { revenue: 1 } }),
    eventRow({ profile_id: 'eve', type: 'page', timestamp: at(8), campaign_source: 'mail' }),
  ],
})

test.each<[rule: string, options: Partial<AttributionOptions>, rows: Value[][]]>([
  [
    'last touch',
    { touch: 'last' },
    [
      ['ads / cpc', 3, 30.11, 0.75],
      ['(no campaign)', 1, 1, 0.25],
    ],
  ],
  [
    'first touch',
    { touch: 'first' },
    [
      ['ads / cpc', 2, 0.1, 0.5],
      ['mail', 1, 30.01, 0.25],
      ['(no campaign)', 1, 1, 0.25],
    ],
  ],
  [
    'linear',
    { touch: 'linear' },
    [
      ['ads / cpc', 2.5, 15.105, 0.625],
      ['(no campaign)', 1, 1, 0.25],
      ['mail', 0.5, 15.005, 0.125],
    ],
  ],
  [
    'by source alone',
    { by: ['source'] },
    [
      ['ads', 3, 30.11, 0.75],
      ['(no campaign)', 1, 1, 0.25],
    ],
  ],
  [
    'a short look back',
    { lookbackMs: 90_000_000, touch: 'first' },
    [
      ['(no campaign)', 3, 31.01, 0.75],
      ['ads / cpc', 1, 0.1, 0.25],
    ],
  ],
  ['no conversion', { conversion: 'Nothing' }, []],
])('attribution: %s', async (_rule, options, rows) => {
  const all: AttributionOptions = {
    ...{ conversion: 'Buy', touch: 'last', by: ['source', 'medium'], value: 'revenue', lookbackMs: 30 * 86_400_000 },
    ...options,
  }
  const [table] = await tables(attribution, all, campaigns)
  expect([...table!].sort((a, b) => Number(b[1]) - Number(a[1]))).toEqual(rows)
})

test('a period is 30 days to today, unless it is said otherwise, and begins before it ends', () => {
  const now = Date.parse('2026-03-31T23:59:59Z')
  expect(readPeriod(undefined, undefined, now)).toEqual({ since: '2026-03-02', until: '2026-03-31' })
  expect(readPeriod('2026-01-01', undefined, now)).toEqual({ since: '2026-01-01', until: '2026-03-31' })
  expect(readPeriod(undefined, '2026-01-30', now)).toEqual({ since: '2026-01-01', until: '2026-01-30' })
  expect(() => readPeriod('2026-04-02', '2026-04-01', now)).toThrow('turn --since and --until around')
})
