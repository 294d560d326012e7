import { objectName } from '../../../workers/collector/src/visitor/object-name.ts'
import type { HandedIn } from '../probe/collector.ts'

export interface SignIn {
  messageId: string
  anonymousId: string
  userId: string
  sessionId?: string
}

/** Signs somebody in on a device as it was received at a time. @throws Error unless it was accepted */
export const signInLongAgo = async (collector: string, signIn: SignIn, receivedAt: number): Promise<void> => {
  const { messageId, anonymousId, userId, sessionId } = signIn
  const context = sessionId === undefined ? {} : { sessionId }
  const event = { type: 'identify', traits: {}, messageId, anonymousId, userId, source: 'web', context }
  const handedIn: HandedIn = {
    name: objectName({ type: 'user_id', value: userId }),
    request: {
      address: { type: 'user_id', value: userId, class: 'person' },
      events: [JSON.stringify({ ...event, timestamp: receivedAt, receivedAt })],
      receivedAt,
      policy: 'opt-out',
      verified: false,
      anonymousId,
      hops: 0,
    },
  }
  const response = await fetch(`${collector}/bench/ingest`, { method: 'POST', body: JSON.stringify(handedIn) })
  const { accepted } = (await response.json()) as { accepted?: number }
  if (accepted !== 1) throw new Error(`${userId} did not sign in on ${anonymousId}: ${response.status}`)
}
