import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Rejection } from '@spartito/protocol'

/** What the collector said of one batch. */
export interface Taken {
  accepted: number
  duplicate: number
  quarantined: number
  rejected: Rejection[]
}

const compress = promisify(gzip)

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

/** What a refusal says, in one line. */
const toldIn = (text: string): string => {
  try {
    const { code, message } = JSON.parse(text) as { code?: string; message?: string }
    return message === undefined ? text : `${code}: ${message}`
  } catch {
    return text.slice(0, 300)
  }
}

/** @throws Error when somebody else answers: what they have taken is not with the collector */
const readAnswer = (url: URL, text: string): Taken => {
  try {
    const { accepted, duplicate, rejected, quarantined = 0 } = JSON.parse(text) as Partial<Taken>
    if (accepted !== undefined && duplicate !== undefined && rejected)
      return { accepted, duplicate, rejected, quarantined }
  } catch {
    // It is not even JSON.
  }
  throw new Error(`${url} does not answer as a collector does: is ${url.origin} its address?`)
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
 * Posts batches, compressed, to `/v1/import` until the collector has said what became of them. After a temporary fault (no answer, 408,
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
    'content-encoding': 'gzip',
  }
  let pausedUntil = 0

  const attempt = async (
    body: Uint8Array<ArrayBuffer>,
  ): Promise<Taken | { why: string; retryAfterMs: number | undefined }> => {
    let response: Response
    let text: string
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
      text = await response.text()
    } catch (error) {
      const { cause, message } = error as Error
      return { why: (cause as Error | undefined)?.message ?? message, retryAfterMs: undefined }
    }
    if (response.ok) return readAnswer(url, text)
    const told = toldIn(text)
    if (!isTemporary(response.status)) throw new Error(`${url} answered ${response.status}, ${told}`)
    return {
      why: `${response.status}, ${told}`,
      retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now()),
    }
  }

  return async (body: string): Promise<Taken> => {
    // Rows are alike: the quickest level leaves a tenth of them.
    const zipped = new Uint8Array(await compress(body, { level: 1 }))
    const giveUpAt = Date.now() + giveUpAfterMs
    for (let failures = 0; ; failures++) {
      for (let delayMs = pausedUntil - Date.now(); delayMs > 0; delayMs = pausedUntil - Date.now()) await wait(delayMs)
      const outcome = await attempt(zipped)
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
