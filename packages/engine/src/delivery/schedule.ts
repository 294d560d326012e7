import type { EpochMs } from '@spartito/protocol'

const firstMs = 2_000
const capMs = 3_600_000
/** How long a delivery is tried again, from when it was taken (SPEC DE4). */
export const giveUpAfterMs = 24 * 3_600_000

/**
 * How long a failed delivery waits before it is tried again (SPEC DE4), in ms: 2 s doubling to an hour, and of that the upper half by
 * chance, so that what failed together does not come together. Never sooner than the endpoint has asked for.
 *
 * @param failed attempts so far, from 1
 * @param random in [0, 1); injected so that tests can fix it
 * @param retryAfterMs what the endpoint asked for; more than an hour counts as an hour
 */
export const retryDelayMs = (failed: number, random: number, retryAfterMs = 0): number => {
  const backoffMs = Math.min(capMs, firstMs * 2 ** Math.min(failed - 1, 20)) * (0.5 + random / 2)
  return Math.round(Math.max(backoffMs, Math.min(capMs, retryAfterMs)))
}

/** Whether a delivery that has failed is parked instead of tried again. */
export const isGivenUp = (takenAt: EpochMs, now: EpochMs): boolean => now - takenAt >= giveUpAfterMs
