import { setTimeout as wait } from 'node:timers/promises'
import type { Rejection } from '@spartito/protocol'

/** What the collector said of one batch. */
export interface Taken {
  accepted: number
  duplicate: number
  quarantined: number
  rejected: Rejection[]
}

const timeoutMs = 120_000
const giveUpAfterMs = 15 * 60_000
const backoffMs = { base: 500, cap: 30_000 }

/** Full-jitter backoff, in ms within [0, min(cap, base · 2^attempt)). @param attempt failed tries so far, from 0 */
const backoff = (attempt: number): number =>
  Math.random() * Math.min(backoffMs.cap, backoffMs.base * 2 ** Math.min(attempt, 20))

/** `Retry-After` in ms: seconds or a date; undefined when there is none. */
export const readRetryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const delayMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(0, delayMs), 60 * 60_000)
}

const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500

const toldBy = async (response: Response): Promise<string> => {
  const text = await response.text()
  try {
    const { code, message } = JSON.parse(text) as { code?: string; message?: string }
    return message === undefined ? text : `${code}: ${message}`
  } catch {
    return text.slice(0, 300)
  }
}

export interface SenderOptions {
  /** the collector's origin */
  collector: string
  /** the secret key of a source of kind server */
  key: string
  /** told before a request is made again */
  onRetry: (why: string, delayMs: number) => void
}

/**
 * Posts batches to `/v1/import` until the collector has said what became of them. After a temporary fault (no answer, 408,
 * 429, 5xx) it waits, as long as `Retry-After` says or with backoff, and sends the same again: copies are recognized. A wait
 * holds up all.
 *
 * @returns a function that throws an Error on a refusal of the whole request, or after 15 minutes without an answer
 */
export const createSender = ({ collector, key, onRetry }: SenderOptions) => {
  const url = new URL('/v1/import', collector)
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    'content-type': 'application/json',
  }
  let pausedUntil = 0

  const attempt = async (body: string): Promise<Taken | { why: string; retryAfterMs: number | undefined }> => {
    let response: Response
    try {
      response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (response.ok) {
        const { accepted, duplicate, rejected, quarantined = 0 } = (await response.json()) as Partial<Taken>
        if (accepted === undefined || duplicate === undefined || !rejected)
          throw new TypeError(`${url.origin} does not answer as a collector does`)
        return { accepted, duplicate, rejected, quarantined }
      }
    } catch (error) {
      const { cause, message } = error as Error
      return { why: (cause as Error | undefined)?.message ?? message, retryAfterMs: undefined }
    }
    const told = await toldBy(response).catch(() => 'the answer broke off')
    if (!isTemporary(response.status)) throw new Error(`${url} answered ${response.status}, ${told}`)
    return {
      why: `${response.status}, ${told}`,
      retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now()),
    }
  }

  return async (body: string): Promise<Taken> => {
    const giveUpAt = Date.now() + giveUpAfterMs
    for (let failures = 0; ; failures++) {
      for (let delayMs = pausedUntil - Date.now(); delayMs > 0; delayMs = pausedUntil - Date.now()) await wait(delayMs)
      const outcome = await attempt(body)
      if (!('why' in outcome)) return outcome
      if (Date.now() > giveUpAt)
        throw new Error(
          `${url.origin} has not taken a batch for 15 minutes (${outcome.why}): run the same command again, it goes on from here`,
        )
      const delayMs = outcome.retryAfterMs ?? backoff(failures)
      pausedUntil = Math.max(pausedUntil, Date.now() + delayMs)
      onRetry(outcome.why, delayMs)
    }
  }
}
