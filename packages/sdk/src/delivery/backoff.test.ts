import { describe, expect, test } from 'vitest'
import { backoff, maxDelayMs, retryAfter } from './backoff.ts'

describe('QU2 backoff with full jitter', () => {
  test.each([0, 1, 2, 5, 8, 9, 20, 1_000])('stays within [0, min(5 min, 1 s · 2^%i))', (attempt) => {
    const most = Math.min(maxDelayMs, 1_000 * 2 ** attempt)
    expect(backoff(attempt, 0)).toBe(0)
    expect(backoff(attempt, 0.5)).toBe(most / 2)
    expect(backoff(attempt, 1 - Number.EPSILON)).toBeLessThan(most)
  })
})

const now = Date.UTC(2026, 0, 1)

test.each([
  ['seconds', '120', 120_000],
  ['a fraction', '1.5', 1_500],
  ['a date', 'Thu, 01 Jan 2026 00:00:07 GMT', 7_000],
  ['a date that has passed', 'Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['zero', '0', 0],
  ['less than zero', '-5', 0],
  ['too long', '86400', maxDelayMs],
  ['far too long', '1e9', maxDelayMs],
  ['a date in a year', 'Fri, 01 Jan 2027 00:00:00 GMT', maxDelayMs],
  ['nonsense', 'soon', 0],
  ['nothing', '', 0],
])('QU2 Retry-After: %s', (_what, header, wantedMs) => {
  expect(retryAfter(header, now)).toBe(wantedMs)
})
