import { randomUUID } from 'node:crypto'
import type { Answer, Failure } from '@spartito/protocol'
import { expect, inject } from 'vitest'
import { type Administration, administration, type ProfileAnswer } from '../support/administration.ts'
import { basic, keys } from '../support/keys.ts'

export const collector = inject('collector')
// Whatever is missing, no test asks anybody beyond this machine.
if (!collector?.startsWith('http://127.0.0.1:')) throw new Error('the collector of this suite was not started')
export const admin: Administration = administration(collector, keys.admin)

/** An id that no other test has. */
export const fresh = (what: string): string => `${what}-${randomUUID()}`

export interface Answered {
  status: number
  headers: Headers
  body: Partial<Answer> & Partial<Failure> & Record<string, unknown>
}

export type Payload = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>

export interface PostOptions {
  headers?: Record<string, string>
  /** an origin other than the shared collector's */
  to?: string
}

/** Posts a body as it is, without any header that is not given. */
export const send = async (path: string, body: Payload, options: PostOptions = {}): Promise<Answered> => {
  const init = { method: 'POST', headers: options.headers ?? {}, body, signal: AbortSignal.timeout(20_000) }
  // Node asks for `duplex` when a body is a stream; its types do not know of it.
  const stream = body instanceof ReadableStream ? { duplex: 'half' } : {}
  const response = await fetch(`${options.to ?? collector}${path}`, { ...init, ...stream })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

const withKey = { authorization: basic(keys.browser), 'content-type': 'application/json' }

/** Posts JSON with the write key of the plain source. */
export const post = (path: string, body: unknown, options: PostOptions = {}): Promise<Answered> =>
  send(path, JSON.stringify(body), { ...options, headers: { ...withKey, ...options.headers } })

/** Posts a body as it is with the write key of the plain source. */
export const postRaw = (
  path: string,
  body: Payload,
  headers: Record<string, string> = {},
  options: Pick<PostOptions, 'to'> = {},
): Promise<Answered> => send(path, body, { ...options, headers: { ...withKey, ...headers } })

export const track = (anonymousId: string, event: string, more: object = {}): Record<string, unknown> => ({
  type: 'track',
  messageId: fresh('message'),
  anonymousId,
  event,
  ...more,
})

/** Everybody else is served as ever. */
export const expectGoodRequest = async (): Promise<void> => {
  const { status, body } = await post('/v1/track', track(fresh('after'), 'Still There'))
  expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 })
}

export const profileOf = (anonymousId: string): Promise<ProfileAnswer | undefined> =>
  admin.profile({ type: 'anonymous_id', value: anonymousId })

/** How often a profile has an event of each name. */
export const countsOf = async (anonymousId: string): Promise<Record<string, number>> => {
  const profile = await profileOf(anonymousId)
  return Object.fromEntries(Object.entries(profile?.events ?? {}).map(([name, { count }]) => [name, count]))
}
