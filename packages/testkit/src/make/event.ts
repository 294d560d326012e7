import type { EpochMs, Event, JsonObject } from '@spartito/protocol'

/** 2026-03-20, a Friday, noon UTC: nine days before Europe/Rome skips an hour. */
export const noon: EpochMs = Date.UTC(2026, 2, 20, 12)

/**
 * An event for a test: a track called `Page Seen` by device `a`, received when it happened, unless told otherwise.
 * Its messageId names what happened and when, so two makes of the same are copies of one.
 */
export const makeEvent = (fields: Partial<Event> = {}): Event => {
  const timestamp = fields.timestamp ?? noon
  const isTrack = (fields.type ?? 'track') === 'track'
  const name = isTrack ? (fields.event ?? 'Page Seen') : fields.type
  return {
    messageId: `${name}@${timestamp}`,
    type: 'track',
    anonymousId: 'a',
    source: 'web',
    timestamp,
    receivedAt: timestamp,
    ...(isTrack ? { event: 'Page Seen' } : {}),
    ...fields,
  }
}

/** A track of a name at an instant. */
export const track = (event: string, timestamp: EpochMs, properties: JsonObject = {}, fields: Partial<Event> = {}) =>
  makeEvent({ event, timestamp, properties, ...fields })

/** An identify that sets traits at an instant. */
export const identify = (traits: JsonObject, timestamp: EpochMs, fields: Partial<Event> = {}) =>
  makeEvent({ type: 'identify', traits, timestamp, ...fields })

/** A decision on purposes at an instant, as the wire carries it (SPEC CO1). */
export const consent = (choices: Record<string, boolean>, timestamp: EpochMs, fields: Partial<Event> = {}) =>
  makeEvent({
    event: 'Segment Consent Preference Updated',
    timestamp,
    context: { consent: { categoryPreferences: choices } },
    ...fields,
  })
