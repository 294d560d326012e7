import { expect, test } from 'vitest'
import { median, percentile, spread } from './statistics.ts'

test('a percentile is a value that was measured', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 3, 5, 5])
  expect(percentile([], 0.5)).toBeNaN()
})

test('the median of an even number of values is the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7])
})

test('the spread is the lowest and the highest', () => {
  expect(spread([2, 9, 4])).toEqual([2, 9])
})
