import type { Condition } from '@spartito/engine'
import type { Audiences } from './held-profile.ts'

const event = 'Product Viewed'
const within = 'P30D'
const calendar = { calendar: 'this_month', tz: 'Europe/Rome' } as const

/** One condition of each kind of memory; each `Product Viewed` is about all of them, and the comparisons stay undecided or true. */
export const kinds: Readonly<Record<string, Condition>> = {
  'count within P30D': { event, count: { gte: 5 }, within },
  'sum within P30D, of matching events': {
    agg: 'sum',
    event,
    where: [{ path: 'properties.currency', eq: 'EUR' }],
    of: 'properties.price',
    gte: 1e9,
    within,
  },
  'sum this month': { agg: 'sum', event, of: 'properties.price', gte: 1e9, within: calendar },
  'max within P30D': { agg: 'max', event, of: 'properties.price', gte: 1_000, within },
  'first within P30D': { agg: 'first', event, of: 'properties.category', eq: 'category-3', within },
  'distinct within P30D': { agg: 'distinct', event, of: 'properties.productId', gte: 5, within },
  'mode within P30D': { agg: 'mode', event, of: 'properties.category', eq: 'category-3', within },
  'days within P30D': { days: { event, tz: 'Europe/Rome' }, gte: 3, within },
  'sequence within P30D': { sequence: [{ event }, { event: 'Order Completed', after: { max: 'PT1H' } }], within },
  recency: { recency: { event }, lt: 'P7D' },
}

/** All of them at once. */
export const everyKind: Audiences = Object.values(kinds).map((when, n) => ({ id: `kind-${n}`, when }))

const ordered = { event: 'Order Completed' } as const

/** What a shop defines: of each kind of condition some, alone and together. */
export const typicalAudiences: Audiences = [
  { id: 'engaged', expose: true, purposes: ['analytics'], when: { event, count: { gte: 3 }, within: 'PT30M' } },
  { id: 'pro', expose: true, when: { trait: 'plan', eq: 'pro' } },
  { id: 'buyers', when: ordered },
  { id: 'big-spenders', when: { agg: 'sum', ...ordered, of: 'properties.total', gte: 1_000, within: 'P90D' } },
  { id: 'average-basket', when: { agg: 'avg', ...ordered, of: 'properties.total', gte: 100 } },
  { id: 'last-brand', when: { agg: 'last', event, of: 'properties.brand', eq: 'Fornello' } },
  { id: 'explorers', when: { agg: 'distinct', event, of: 'properties.category', gte: 5, within: 'P7D' } },
  { id: 'regulars', when: { days: { event: 'page', tz: 'Europe/Rome' }, gte: 5, within: 'P30D' } },
  { id: 'lapsed', when: { all: [ordered, { recency: ordered, gt: 'P30D' }] } },
  {
    id: 'leaving-the-cart',
    when: {
      all: [
        { event: 'Cart Viewed', within: 'PT1H' },
        { notPerformed: 'Order Completed', within: 'PT1H' },
      ],
    },
  },
  {
    id: 'search-to-order',
    when: {
      sequence: [{ event: 'Products Searched' }, { ...ordered, after: { max: 'PT2H' } }],
      none: [{ event: 'Product Clicked' }],
      within: 'P1D',
    },
  },
  {
    id: 'worth-a-call',
    purposes: ['marketing'],
    when: { any: [{ audience: 'big-spenders' }, { all: [{ audience: 'regulars' }, { not: { audience: 'buyers' } }] }] },
  },
]
