import type { EpochMs } from '@spartito/protocol'

/** What may be taken at an instant; below 0 is owed. */
export interface TokenBucket {
  left: number
  at: EpochMs
}

const minuteMs = 60_000

/**
 * Takes from a bucket that holds what it is refilled with in a minute. While anything is left, all is given that is asked for, and what is
 * missing is owed: so a large request is never refused for good, and over time no more is given than the rate.
 *
 * @param bucket undefined for one that nothing was ever taken from
 * @returns the bucket afterwards, and how long to wait when nothing is given, in ms
 */
export const takeTokens = (
  bucket: TokenBucket | undefined,
  perMinute: number,
  count: number,
  now: EpochMs,
): { bucket: TokenBucket; retryAfterMs: number } => {
  const elapsedMs = bucket ? Math.max(0, now - bucket.at) : 0
  const left = Math.min(perMinute, (bucket?.left ?? perMinute) + (elapsedMs * perMinute) / minuteMs)
  if (left >= 1) return { bucket: { left: left - count, at: now }, retryAfterMs: 0 }
  const missing = Math.min(count, perMinute) - left
  return { bucket: { left, at: now }, retryAfterMs: Math.ceil((missing * minuteMs) / perMinute) }
}
