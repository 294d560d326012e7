import type { DestinationAnswer, DestinationRequest } from '@spartito/destinations'
import type { Env } from '../env.ts'
import { guardTarget } from './guard-target.ts'

const maxAnswerBytes = 64 * 1024

/** What was asked got no answer: worth another try, or never will. */
export type Unanswered = { outcome: 'failed' | 'refused'; reason: string }

/** The first 64 KB of a body; what breaks off has said what it has said. */
const readStart = async (body: ReadableStream<Uint8Array> | null): Promise<string> => {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    while (bytes < maxAnswerBytes) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value.subarray(0, maxAnswerBytes - bytes), { stream: true })
      bytes += value.length
    }
  } catch {
    // The status is the answer: an endpoint that has said 200 has taken it, however it ends.
  }
  await reader.cancel().catch(() => undefined)
  return text
}

/**
 * Makes a destination's request: within its time, to no guarded host, following no redirect (SPEC DE5). What it answered is for the
 * destination's kind to read, and shown to nobody.
 */
export const sendRequest = async (
  { url, method, headers, body }: DestinationRequest,
  env: Pick<Env, 'DELIVERY_TIMEOUT_MS' | 'DEVELOPMENT'>,
): Promise<DestinationAnswer | Unanswered> => {
  const timeoutMs = Number(env.DELIVERY_TIMEOUT_MS)
  const blocked = guardTarget(url, env)
  if (blocked !== undefined) return { outcome: 'refused', reason: blocked }
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await readStart(response.body),
    }
  } catch {
    // The runtime's own words may hold the URL, and that a token.
    const reason = signal.aborted
      ? `the endpoint did not answer within ${timeoutMs / 1_000} s`
      : 'the connection failed'
    return { outcome: 'failed', reason }
  }
}
