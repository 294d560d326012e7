import type { EpochMs, Event, JsonObject } from '@spartito/protocol'

/** An event without what a test seldom cares about. */
export type EventInput = Partial<Event> & { timestamp: EpochMs }

let made = 0

/** An event with a messageId of its own, received when it happened. */
export const makeEvent = (input: EventInput): Event => ({
  messageId: `m${++made}`,
  type: 'track',
  receivedAt: input.timestamp,
  source: 'web',
  anonymousId: 'a',
  ...input,
})

export const track = (
  event: string,
  timestamp: EpochMs,
  properties: JsonObject = {},
  more: Partial<Event> = {},
): Event => makeEvent({ type: 'track', event, timestamp, properties, ...more })

export const identify = (traits: JsonObject, timestamp: EpochMs, more: Partial<Event> = {}): Event =>
  makeEvent({ type: 'identify', traits, timestamp, ...more })

export const page = (timestamp: EpochMs, more: Partial<Event> = {}): Event =>
  makeEvent({ type: 'page', timestamp, ...more })

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** An instant that tests count from: 2026-01-15T12:00Z, a Thursday. */
export const noon: EpochMs = Date.UTC(2026, 0, 15, 12)

export const at = (iso: string): EpochMs => {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) throw new Error(`${iso} is no instant`)
  return instant
}
