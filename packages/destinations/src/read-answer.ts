import type { EpochMs } from '@spartito/protocol'
import type { Attempt } from './delivery.ts'
import type { DestinationAnswer } from './destination-kind.ts'
import { readRetryAfter } from './retry-after.ts'

const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** What a status says of all deliveries of a request (SPEC DE4): 2xx took them, 408, 429 and 5xx may yet, all else never will. */
export const readAnswer = ({ status, header }: DestinationAnswer, now: EpochMs): Attempt => {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  const reason = `the endpoint answered ${status}`
  if (!isTemporary(status)) return { outcome: 'refused', reason, status }
  const retryAfterMs = readRetryAfter(header('retry-after'), now)
  return { outcome: 'failed', reason, status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}
