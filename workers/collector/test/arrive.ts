import type { EventIdentifier, Graph } from '@spartito/engine'
import { callIngest } from '../src/visitor/call-ingest.ts'
import type { IngestReply } from '../src/visitor/requests.ts'
import { administer, fresh, storedOf, stubOf } from './setup.ts'

const dayMs = 86_400_000

interface Who {
  a?: string
  user?: string
}

/** An event as it was received so many days ago, in a session where one is named. */
export const arrive = (daysAgo: number, name: string, { a, user }: Who, sessionId?: string): Promise<IngestReply> => {
  const receivedAt = Math.round(Date.now() - daysAgo * dayMs)
  const strongest: EventIdentifier = user
    ? { type: 'user_id', value: user, class: 'person' }
    : { type: 'anonymous_id', value: a!, class: 'device' }
  const event = {
    messageId: fresh('m'),
    ...(name === 'page' || name === 'identify' ? { type: name } : { type: 'track', event: name }),
    anonymousId: a,
    userId: user,
    source: 'web',
    timestamp: receivedAt,
    receivedAt,
    ...(sessionId && { context: { sessionId } }),
  }
  return callIngest(stubOf(strongest.type, strongest.value), {
    address: strongest,
    events: [JSON.stringify(event)],
    receivedAt,
    policy: 'opt-out',
    verified: false,
    anonymousId: a,
    hops: 0,
  })
}

const counts = async (type: string, value: string): Promise<Record<string, number>> => {
  const stored = await storedOf(type, value)
  const sums: Record<string, number> = {}
  for (const { events } of stored.state.fragments)
    for (const [name, { count }] of Object.entries(events)) sums[name] = (sums[name] ?? 0) + count
  return sums
}
export const ofUser = (user: string) => counts('user_id', user)
export const ofDevice = (a: string) => counts('anonymous_id', a)

export const graphOf = async (type: string, value: string): Promise<Graph> =>
  (await administer(`/admin/profiles/${type}/${encodeURIComponent(value)}/graph`)).json()
