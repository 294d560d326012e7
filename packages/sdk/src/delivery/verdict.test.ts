import { expect, test } from 'vitest'
import { type Verdict, verdict } from './verdict.ts'

const wanted = (status: number): Verdict => {
  if (status === 413) return 'halve'
  if (status === 408 || status === 429) return 'retry'
  if (status >= 200 && status <= 299) return 'done'
  if (status >= 400 && status <= 499) return 'final'
  return 'retry'
}

const statuses = Array.from({ length: 500 }, (_, index) => 100 + index)

test.each(statuses)('QU1 a status of %i', (status) => {
  expect(verdict(status)).toBe(wanted(status))
})

test('QU1 no answer is tried again', () => {
  expect(verdict(undefined)).toBe('retry')
})
