import type { Condition } from '@spartito/engine'
import { expect, test } from 'vitest'
import { conditionWords } from './condition-words.ts'

// biome-ignore format: a row a condition
test.each<[condition: object, words: string]>([
  [{ event: 'Viewed' }, '“Viewed”, at least 1 time(s)'],
  [{ event: 'Viewed', count: { gte: 2, lt: 5 }, within: 'P7D' }, '“Viewed”, at least 2 and less than 5 time(s), within P7D'],
  [{ event: 'Bought', where: [{ path: 'properties.sku', in: ['A', 'B'] }, { path: 'properties.note', exists: false }] }, '“Bought” where properties.sku one of A, B and properties.note is not there, at least 1 time(s)'],
  [{ agg: 'sum', of: 'properties.price', event: 'Bought', gt: 9, within: { calendar: 'this_month', tz: 'UTC' } }, 'sum of properties.price of “Bought” more than 9, this month (UTC)'],
  [{ notPerformed: 'Bought', within: 'P30D' }, 'no “Bought”, within P30D'],
  [{ trait: 'plan', eq: 'pro', hasBeenFor: 'P7D' }, 'the trait plan is “pro”, for P7D'],
  [{ consent: 'marketing', is: 'granted' }, 'the consent to marketing is granted'],
  [{ lastSeen: { before: 'P90D' } }, 'last seen longer ago than P90D'],
  [{ audience: 'vip', for: 'P1D' }, 'is in the audience vip, for P1D'],
  [{ sequence: [{ event: 'A' }, { event: 'B' }] }, '{"sequence":[{"event":"A"},{"event":"B"}]}'],
])('%j in words', (condition, words) => {
  expect(conditionWords(condition as Condition)).toBe(words)
})
