import { expect, test } from 'vitest'
import { type Budget, type Row, type Verdict, verdictOf } from './row.ts'

const atLeast: Budget = { kind: 'at least', limit: 10, tolerance: 0.1 }
const atMost: Budget = { kind: 'at most', limit: 10, tolerance: 0.1 }

const verdicts: [value: number, budget: Budget | undefined, verdict: Verdict][] = [
  [99, undefined, ''],
  [10, atLeast, 'kept'],
  [9.5, atLeast, 'within noise'],
  [8.9, atLeast, 'BROKEN'],
  [10, atMost, 'kept'],
  [10.5, atMost, 'within noise'],
  [11.1, atMost, 'BROKEN'],
  [10.001, { ...atMost, tolerance: 0 }, 'BROKEN'],
  [Number.NaN, atMost, 'BROKEN'],
]

test.each(verdicts)('%d against %j is "%s"', (value, budget, verdict) => {
  const row: Row = { what: 'something', value, unit: 'ms', ...(budget ? { budget } : {}) }
  expect(verdictOf(row)).toBe(verdict)
})

test('a budget is on the ratio where there is one', () => {
  expect(verdictOf({ what: 'something', value: 99, unit: 'ms', ratio: 9, budget: atMost })).toBe('kept')
})
