import type { AudienceChange, Event, JsonObject } from '@spartito/protocol'
import type { Delivery } from '../delivery.ts'
import { personOf } from '../identifiers/person.ts'
import type { SegmentSettings } from './settings.ts'

const iso = (at: number): string => new Date(at).toISOString()

/** An event as it came, at its corrected time; what Spartito noted of it stays here. */
const forwarded = ({
  timestamp,
  originalTimestamp: _original,
  sentAt: _sent,
  receivedAt: _received,
  source: _source,
  imported: _imported,
  verified: _verified,
  violations: _violations,
  ...event
}: Event): JsonObject => ({ ...event, timestamp: iso(timestamp) }) as JsonObject

const whoIs = (delivery: Delivery): JsonObject => {
  const { userIds, anonymousIds } = personOf(delivery)
  return {
    ...(userIds[0] !== undefined && { userId: userIds[0] }),
    ...(anonymousIds[0] !== undefined && { anonymousId: anonymousIds[0] }),
  }
}

const trackOf = (change: AudienceChange): JsonObject => ({
  type: 'track',
  event: change.type === 'audience.entered' ? 'Audience Entered' : 'Audience Exited',
  properties: { audience_key: change.audience, profile_id: change.profileId, cause: change.cause },
})

const identifyOf = (change: AudienceChange): JsonObject => ({
  type: 'identify',
  traits: { [change.audience]: change.type === 'audience.entered' },
})

/** The calls that a delivery becomes; each has a messageId of its own, the same whenever it is made. */
export const callsOf = (delivery: Delivery, { changes = 'track' }: SegmentSettings): JsonObject[] => {
  if (delivery.kind === 'event') return [forwarded(delivery.event)]
  const { change } = delivery
  const calls = [
    ...(changes === 'identify' ? [] : [trackOf(change)]),
    ...(changes === 'track' ? [] : [identifyOf(change)]),
  ]
  return calls.map((call) => ({
    messageId: `${delivery.id}:${String(call.type)}`,
    ...whoIs(delivery),
    ...call,
    timestamp: iso(change.effectiveAt),
  }))
}

/** Whether a collector could say whose it is. */
export const hasWho = (delivery: Delivery): boolean =>
  delivery.kind === 'event'
    ? delivery.event.userId !== undefined || delivery.event.anonymousId !== undefined
    : Object.keys(whoIs(delivery)).length > 0
