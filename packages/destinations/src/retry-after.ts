const capMs = 3_600_000

/**
 * Reads `Retry-After` in both of its forms (RFC 9110, section 10.2.3), in ms, at most an hour.
 *
 * @returns undefined when it is missing, garbage or in the past
 */
export const readRetryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return waitMs > 0 ? Math.min(capMs, waitMs) : undefined
}
