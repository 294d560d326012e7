import type { EpochMs } from '@spartito/protocol'

/** Requests that may go out at an instant; it holds what a second brings, at least one. */
export interface RequestTokens {
  left: number
  at: EpochMs
}

/**
 * Takes one request from a token bucket.
 *
 * @param perSecond what it is refilled with, any number above 0
 * @returns the bucket afterwards, and how long to wait when none is left, in ms
 */
export const takeRequest = (
  tokens: RequestTokens | undefined,
  perSecond: number,
  now: EpochMs,
): { tokens: RequestTokens; waitMs: number } => {
  const size = Math.max(1, perSecond)
  const refilled = tokens ? tokens.left + (Math.max(0, now - tokens.at) * perSecond) / 1_000 : size
  const left = Math.min(size, refilled)
  if (left >= 1) return { tokens: { left: left - 1, at: now }, waitMs: 0 }
  return { tokens: { left, at: now }, waitMs: Math.ceil(((1 - left) * 1_000) / perSecond) }
}
