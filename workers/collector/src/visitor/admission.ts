import { type TokenBucket, takeTokens } from '@spartito/engine'
import type { IngestReply, IngestRequest } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

/** What is answered to a request of which nothing was looked at. */
const refused = (why: 'new visitor' | 'rate', retryAfterMs: number): IngestReply => ({
  accepted: 0,
  duplicates: [],
  audiences: [],
  refused: { why, retryAfterMs },
})

/**
 * Whether an object takes a request now, decided before anything else is (SPEC WS): one that is empty may have to stay so, and writes
 * nothing then; a visitor may send so many events a minute. The bucket lives in memory: an object that rests for ten seconds
 * forgets a sixth of a minute. What another object passes on was admitted there.
 *
 * @returns undefined when it does
 */
export const createAdmission = (store: Pick<VisitorStore, 'state'>) => {
  let bucket: TokenBucket | undefined
  return ({ hops, mayBegin, maxPerMinute, events }: IngestRequest, now: number): IngestReply | undefined => {
    if (hops > 0) return undefined
    if (mayBegin === false && store.state === undefined) return refused('new visitor', 0)
    if (maxPerMinute === undefined) return undefined
    const taken = takeTokens(bucket, maxPerMinute, events.length, now)
    bucket = taken.bucket
    return taken.retryAfterMs > 0 ? refused('rate', taken.retryAfterMs) : undefined
  }
}
