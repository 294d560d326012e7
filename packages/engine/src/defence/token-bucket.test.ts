import { describe, expect, test } from 'vitest'
import { type TokenBucket, takeTokens } from './token-bucket.ts'

const start = 1_763_800_000_000

describe('WS a bucket a visitor', () => {
  test('a minute’s worth may come at once, and more is given as it refills', () => {
    const { bucket } = takeTokens(undefined, 60, 60, start)
    const refused = takeTokens(bucket, 60, 1, start + 10)
    expect(refused.retryAfterMs).toBeGreaterThan(0)
    const later = start + 10 + refused.retryAfterMs
    expect(takeTokens(refused.bucket, 60, 1, later)).toMatchObject({ retryAfterMs: 0 })
    expect(takeTokens(refused.bucket, 60, 1, later - 20).retryAfterMs).toBeGreaterThan(0)
  })

  test('a request larger than the bucket is taken, and paid off after', () => {
    const { bucket, retryAfterMs } = takeTokens(undefined, 60, 90, start)
    expect({ retryAfterMs, left: bucket.left }).toEqual({ retryAfterMs: 0, left: -30 })
    expect(takeTokens(bucket, 60, 1, start).retryAfterMs).toBe(31_000)
    expect(takeTokens(bucket, 60, 1, start + 31_000).retryAfterMs).toBe(0)
  })

  test('over an hour no more is taken than the rate, a minute’s worth and the last request', () => {
    let bucket: TokenBucket | undefined
    let taken = 0
    for (let at = start; at < start + 3_600_000; at += 700) {
      const result = takeTokens(bucket, 2_000, 50, at)
      bucket = result.bucket
      if (result.retryAfterMs === 0) taken += 50
    }
    expect(taken).toBeLessThanOrEqual(2_000 * 61 + 50)
    expect(taken).toBeGreaterThan(2_000 * 59)
  })

  test('AU8 50,000 events of one visitor, spread over an hour, are all taken', () => {
    let bucket: TokenBucket | undefined
    for (let n = 0; n < 2_500; n++) {
      const result = takeTokens(bucket, 2_000, 20, start + n * 1_440)
      bucket = result.bucket
      expect(result.retryAfterMs).toBe(0)
    }
  })

  test('a clock that steps back refills nothing', () => {
    const { bucket } = takeTokens(undefined, 60, 60, start)
    expect(takeTokens(bucket, 60, 1, start - 3_600_000).retryAfterMs).toBeGreaterThan(0)
  })
})
