import { expect, test } from 'vitest'
import type { Value } from '../../query/column.ts'
import { eventRow, makeLake } from '../../testing/lake-folder.ts'
import { at, tables } from '../testing/report-tables.ts'
import { type AttributionOptions, attribution } from './attribution.ts'

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
