import type { EpochMs } from '@spartito/protocol'

/** What is known of how a destination answers (SPEC DE3). */
export interface DestinationBreaker {
  /** requests in a row that it did not take for want of strength: timeouts, resets, 5xx */
  failures: number
  /** the first of them */
  failingSince: EpochMs
  /** how often it was opened since the last success */
  opened: number
  /** nothing is sent before */
  waitsUntil: EpochMs
}

export const closedBreaker: DestinationBreaker = { failures: 0, failingSince: 0, opened: 0, waitsUntil: 0 }

/** Sustained is: so many in a row, over at least so long. */
const minFailures = 10
const minFailingMs = 30_000
const firstPauseMs = 30_000
const maxPauseMs = 600_000
const maxRetryAfterMs = 3_600_000

/** `open`: nothing may be sent; `half-open`: one request, to see; `closed`: all. */
export const stateOf = ({ opened, waitsUntil }: DestinationBreaker, now: EpochMs): 'closed' | 'half-open' | 'open' => {
  if (now < waitsUntil) return 'open'
  return opened > 0 ? 'half-open' : 'closed'
}

/** After a request that the destination has answered for good, be it a refusal. */
export const afterAnswer = (): DestinationBreaker => closedBreaker

/**
 * After a request that failed. Sustained failure opens it for 30 s, and each probe that fails for twice as long, up to 10 minutes.
 *
 * @param retryAfterMs what the endpoint asked for, an hour at the most: until then nothing is sent to it
 */
export const afterFailure = (before: DestinationBreaker, now: EpochMs, retryAfterMs = 0): DestinationBreaker => {
  const failures = before.failures + 1
  const failingSince = before.failures === 0 ? now : before.failingSince
  const isSustained = failures >= minFailures && now - failingSince >= minFailingMs
  const isProbe = before.opened > 0
  const opened = isProbe || isSustained ? before.opened + 1 : 0
  const pauseMs = opened === 0 ? 0 : Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(opened - 1, 10))
  return {
    failures,
    failingSince,
    opened,
    waitsUntil: Math.max(before.waitsUntil, now + Math.max(pauseMs, Math.min(maxRetryAfterMs, retryAfterMs))),
  }
}
