import type { EpochMs } from '@spartito/protocol'
import type { Attempt } from './delivery.ts'
import type { DestinationAnswer } from './destination-kind.ts'
import { readRetryAfter } from './retry-after.ts'

const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** An answer that leaves hope, with the wait that it asks for. */
export const failed = (
  { status, header }: DestinationAnswer,
  reason: string,
  now: EpochMs,
): Extract<Attempt, { outcome: 'failed' }> => {
  const retryAfterMs = readRetryAfter(header('retry-after'), now)
  return { outcome: 'failed', reason, status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** What a status says of all deliveries of a request (SPEC DE4): 2xx took them, 408, 429 and 5xx may yet, all else never will. */
export const readAnswer = (answer: DestinationAnswer, now: EpochMs): Attempt => {
  const { status } = answer
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  const reason = `the endpoint answered ${status}`
  return isTemporary(status) ? failed(answer, reason, now) : { outcome: 'refused', reason, status }
}

/**
 * The same for each delivery of an API that refuses a request as a whole: of several, one may be to blame, so each is tried
 * again alone; one alone is refused.
 */
export const apart = (attempt: Attempt, { length }: { length: number }): Attempt[] => {
  if (attempt.outcome !== 'refused' || length === 1) return Array.from({ length }, () => attempt)
  return Array.from({ length }, () => ({ ...attempt, outcome: 'failed' as const, isAlone: true as const }))
}
