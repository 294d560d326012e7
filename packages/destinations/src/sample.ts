import type { AudienceChange, EpochMs, Event } from '@spartito/protocol'
import type { Delivery } from './delivery.ts'
import type { DestinationKind } from './destination-kind.ts'

const profileId = 'spartito-test'

/** Nobody: the address and the number are of those that are kept for examples. */
const identifiers = [
  { type: 'anonymous_id', value: profileId },
  { type: 'user_id', value: profileId },
  { type: 'email', value: 'spartito-test@example.com' },
  { type: 'phone', value: '+12025550100' },
]

const changeOf = (type: AudienceChange['type'], audience: string, now: EpochMs): Delivery => {
  const id = `${profileId}:${audience}:${now}`
  const change: AudienceChange = {
    id,
    type,
    audience,
    version: 0,
    profileId,
    seq: 0,
    cause: 'sync',
    causeId: null,
    effectiveAt: now,
    emittedAt: now,
    identifiers,
    traits: {},
    consent: {},
  }
  return { kind: 'change', id, profileId, change, isTest: true }
}

const eventOf = (now: EpochMs): Delivery => {
  const event: Event = {
    messageId: `${profileId}-${now}`,
    type: 'track',
    event: 'Spartito Test',
    anonymousId: profileId,
    userId: profileId,
    timestamp: now,
    receivedAt: now,
    source: 'spartito-test',
    properties: {},
    context: {
      userAgent: 'Spartito',
      page: { url: 'https://example.com/' },
      traits: { email: 'spartito-test@example.com' },
    },
  }
  return { kind: 'event', id: `${profileId}:${event.messageId}`, profileId, event, isTest: true }
}

/**
 * What a destination is sent when an administrator tries it: the exit of somebody who was never in, since that leaves nothing behind; where it
 * has no use for one an entry, and then an event.
 *
 * @param audiences those that it may be told of, in the order in which they are tried
 */
export const sampleFor = <S>(
  kind: Pick<DestinationKind<S>, 'takes' | 'skip'>,
  settings: S,
  audiences: readonly string[],
  now: EpochMs,
): Delivery => {
  const changes = (type: AudienceChange['type']) => audiences.map((audience) => changeOf(type, audience, now))
  const all = [...changes('audience.exited'), ...changes('audience.entered'), eventOf(now)]
  const usable = all.filter((delivery) => kind.takes.includes(delivery.kind))
  return usable.find((delivery) => kind.skip?.(delivery, settings) === undefined) ?? usable[0]!
}
