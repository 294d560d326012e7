import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash53, hashShare } from './hash.ts'

// Tables that are stored hold these, so they never change.
test.each([
  ['', 0, '0wvjl67o803'],
  ['a', 0, '262p94epp1d'],
  ['spartito', 1, '0gp1wnyndcr'],
])('of %j with seed %i it is %s', (text, seed, digits) => {
  expect(hash53(text, seed)).toBe(digits)
})

test('it is a whole number below 2 ** 53 in base 36, with leading zeros', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, seed) => {
      const digits = hash53(text, seed)
      const number = Number.parseInt(digits, 36)
      expect(Number.isSafeInteger(number)).toBe(true)
      expect(number.toString(36).padStart(11, '0')).toBe(digits)
      expect(hashShare(text)).toBeLessThan(1)
    }),
    { numRuns: 2_000 },
  )
})
