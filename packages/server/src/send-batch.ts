import type { Answer, Failure } from '@spartito/protocol'

/** What became of a batch that was sent once. */
export type Sent =
  | { kind: 'stored'; answer: Answer }
  /** worth another try, after `retryAfterMs` where the collector has said so */
  | { kind: 'later'; reason: string; retryAfter: string | null }
  /** in parts it may be taken */
  | { kind: 'too large'; reason: string }
  /** will not change by trying again */
  | { kind: 'refused'; code: string; reason: string }

export interface Endpoint {
  collector: string
  /** the secret key of a server source */
  key: string
  fetch: typeof fetch
  timeoutMs: number
}

/** A key that is wrong may be mended, by a rotation that is under way or a deploy that follows: events wait for it. */
const isTemporary = (status: number): boolean => [401, 403, 408, 429].includes(status) || status >= 500

const readJson = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** Sends some events in one request (SPEC WI2). */
export const sendBatch = async (
  { collector, key, fetch, timeoutMs }: Endpoint,
  events: readonly string[],
  now: number,
): Promise<Sent> => {
  try {
    const response = await fetch(`${collector}/v1/batch`, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
      body: `{"sentAt":${now},"batch":[${events.join(',')}]}`,
    })
    const said = await readJson(response)
    const { status } = response
    if (status === 200 && said !== undefined) return { kind: 'stored', answer: said as Answer }
    const { code = 'unavailable', message = '' } = (said ?? {}) as Partial<Failure>
    const reason = `the collector answered ${status}: ${message}`
    // an answer that is not the collector's, of a proxy before it, says nothing of the events
    if (isTemporary(status) || said === undefined)
      return { kind: 'later', reason, retryAfter: response.headers.get('retry-after') }
    return status === 413 ? { kind: 'too large', reason } : { kind: 'refused', code, reason }
  } catch (error) {
    return { kind: 'later', reason: `the collector could not be reached: ${String(error)}`, retryAfter: null }
  }
}
