import { expect, test } from 'vitest'
import { type RequestTokens, takeRequest } from './rate.ts'

const takenWithin = (perSecond: number, ms: number): number => {
  let tokens: RequestTokens | undefined
  let taken = 0
  for (let now = 0; now < ms; ) {
    const asked = takeRequest(tokens, perSecond, now)
    tokens = asked.tokens
    if (asked.waitMs === 0) taken++
    now += asked.waitMs
  }
  return taken
}

test.each([
  ['a second at once, then the rate', 10, 10_000, 110],
  ['one at least, when it is less than one a second', 0.5, 10_000, 6],
])('a rate of requests gives %s', (_what, perSecond, ms, taken) => {
  expect(Math.abs(takenWithin(perSecond, ms) - taken)).toBeLessThanOrEqual(1)
})
