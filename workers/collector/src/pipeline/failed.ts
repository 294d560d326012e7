import type { Failure, RefusalCode } from '@spartito/protocol'

/** A request that is refused as a whole: the status, and what is said. */
export interface Failed {
  status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 503
  body: Failure
  /** what a client should wait before it sends again, in seconds; of 429 and 503 alone */
  retryAfter?: number
}

/** What a client should wait after a temporary fault, in seconds. */
const retryAfterSeconds = 5

export const failed = (status: Failed['status'], code: RefusalCode | 'unavailable', message: string): Failed => ({
  status,
  body: { success: false, code, message },
})

/** What the collector cannot do now (SPEC WI7): no client drops its events for it. */
export const unavailable = (message: string): Failed => ({
  ...failed(503, 'unavailable', message),
  retryAfter: retryAfterSeconds,
})

/** More than a budget allows (SPEC WS): the same, and nobody's fault but the sender's. */
export const rateLimited = (message: string, retryAfterMs: number): Failed => ({
  ...failed(429, 'rate_limited', message),
  retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
})

/** The headers that say how a refusal is to be taken. */
export const retryHeaders = ({ retryAfter }: Failed): Record<string, string> =>
  retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
