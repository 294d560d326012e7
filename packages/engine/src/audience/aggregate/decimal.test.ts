import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDecimals, compareDecimals, decimalOf, readDecimal, timesWhole, writeDecimal, zero } from './decimal.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

test('a decimal is written as it is read', () => {
  fc.assert(
    fc.property(finite, (value) => {
      expect(Number(writeDecimal(decimalOf(value)))).toBe(value + 0)
      expect(compareDecimals(readDecimal(writeDecimal(decimalOf(value))), decimalOf(value))).toBe(0)
    }),
  )
})

test('cents are summed as whole numbers are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 })), (cents) => {
      const sum = cents.map((n) => decimalOf(n / 100)).reduce(addDecimals, zero)
      expect(compareDecimals(timesWhole(sum, 100), decimalOf(cents.reduce((a, b) => a + b, 0)))).toBe(0)
    }),
  )
})

test('decimals are compared as numbers are', () => {
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      expect(compareDecimals(decimalOf(a), decimalOf(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
    }),
  )
})
