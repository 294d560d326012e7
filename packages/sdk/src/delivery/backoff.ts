/** The longest wait between tries, 5 minutes; also bounds a `Retry-After`, which may come from a wrong clock. */
export const maxDelayMs = 300_000
const baseMs = 1_000

/**
 * Full-jitter backoff, in ms within [0, min(maxDelayMs, 1,000·2^attempt)).
 *
 * @param attempt failed tries before this one, from 0
 * @param random in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoff = (attempt: number, random: number): number => random * Math.min(maxDelayMs, baseMs * 2 ** attempt)

/**
 * A `Retry-After` header in ms within [0, maxDelayMs]: seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @returns 0 when there is none, or none that can be read
 */
export const retryAfter = (header: string | null | undefined, now: number): number =>
  Math.min(maxDelayMs, Math.max(0, +header! * 1_000 || Date.parse(header!) - now || 0))
