import { expect, test } from 'vitest'
import { add, compare, divide, exactly, type Rational } from './rational.ts'

const sum = (...values: number[]): Rational => values.map(exactly).reduce(add)

test.each<[number[], number]>([
  [Array(10).fill(0.1), 1],
  [[0.1, 0.2], 0.3],
  [[0.7, -0.3, -0.4], 0],
  [[1e21, 1e-7, -1e21], 1e-7],
  [[19.99, -19.99, 5e-324], 5e-324],
])('AU: %j sum to exactly %d', (values, total) => {
  expect(compare(sum(...values), exactly(total))).toBe(0)
})

test('AU: an average is exact, also where no decimal is', () => {
  const third = divide(sum(0.1, 0.2, 0.7), 3)
  expect(compare(third, exactly(0.3333333333333333))).toBe(1)
  expect(compare(third, exactly(0.33333333333333337))).toBe(-1)
  expect(compare(divide(sum(0.1, 0.2), 2), exactly(0.15))).toBe(0)
})

test.each([
  [1e21, 999999999999999900000, 1],
  [1e-7, 0.000001, -1],
  [-1.5e-7, -1.4e-7, -1],
  [5e-324, 0, 1],
])('AU: %d and %d compare as %d', (a, b, order) => {
  expect(compare(exactly(a), exactly(b))).toBe(order)
  expect(compare(exactly(b), exactly(a))).toBe(-order)
})
