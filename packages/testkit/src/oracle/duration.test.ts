import { expect, test } from 'vitest'
import { durationMs, readDuration } from './duration.ts'

test.each([
  ['P1D', 86_400_000],
  ['P2W', 1_209_600_000],
  ['PT30M', 1_800_000],
  ['P1DT1H1M1S', 90_061_000],
  ['PT0.005S', 5],
  ['PT1.5S', 1500],
])('AU: %s lasts %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms)
})

test.each(['P1M', 'P1Y', 'P', 'PT', '7D', 'P-1D', 'plan', ''])('AU: %j is no elapsed time', (text) => {
  expect(readDuration(text)).toBeUndefined()
  expect(() => durationMs(text)).toThrow()
})
