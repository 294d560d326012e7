import { isObject } from '@spartito/protocol'
import type { Attempt } from '../delivery.ts'
import type { DestinationAnswer } from '../destination-kind.ts'
import { parseObject } from '../parse-object.ts'
import { apart, failed, readAnswer } from '../read-answer.ts'

/**
 * Meta answers 400 for what passes too: outages (1, 2), limits (4, 17, 32, 341, 368, 613, and 80000 to 80014 of business use cases), and a token
 * that has expired (102, 190), which waits for a new one. https://developers.facebook.com/docs/graph-api/guides/error-handling and
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting, read 2026-11-22.
 */
const passing = new Set([1, 2, 4, 17, 32, 102, 190, 341, 368, 613])

const isPassing = ({ code, is_transient: isTransient }: Record<string, unknown>): boolean =>
  isTransient === true || (typeof code === 'number' && (passing.has(code) || (code >= 80_000 && code <= 80_014)))

/** What Meta's answer says of each delivery. Its messages are not told: they may repeat what was sent. */
export const readMeta = (answer: DestinationAnswer, deliveries: readonly unknown[], now: number): Attempt[] => {
  const body = parseObject(answer.body)
  const attempt = readAnswer(answer, now)
  if (attempt.outcome === 'delivered') {
    // Of several Meta does not say which: they count as taken, as all but the invalid are.
    const isInvalid =
      deliveries.length === 1 && Number(body.num_invalid_entries) > 0 && body.num_invalid_entries === body.num_received
    return apart(
      isInvalid
        ? { outcome: 'refused', reason: 'Meta could use none of its identifiers', status: answer.status }
        : attempt,
      deliveries,
    )
  }
  const { error } = body
  if (!isObject(error)) return apart(attempt, deliveries)
  const reason = `Meta answered ${answer.status} with code ${error.code}${error.error_subcode === undefined ? '' : `, ${error.error_subcode}`}`
  if (isPassing(error)) return deliveries.map(() => failed(answer, reason, now))
  return apart({ ...attempt, reason }, deliveries)
}
