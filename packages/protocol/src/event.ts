import type { JsonObject } from './json.ts'
import type { EpochMs } from './time.ts'

export const eventTypes = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const
export type EventType = (typeof eventTypes)[number]

/** One thing that the tracking plan does not allow (PL). */
export interface Violation {
  /** such as `properties.items[0].price` */
  path: string
  /** the keyword of JSON Schema that does not hold, or `unknown_event` */
  rule: string
  message: string
}

/** An event as it is kept: built field by field by the parser, so it holds nothing that a client invented. */
export interface Event {
  messageId: string
  type: EventType
  /** a track's name */
  event?: string
  /** a page's or screen's name */
  name?: string
  category?: string
  anonymousId?: string
  userId?: string
  groupId?: string
  previousId?: string
  properties?: JsonObject
  traits?: JsonObject
  context?: JsonObject
  integrations?: JsonObject
  /** the client's times, as sent */
  originalTimestamp?: EpochMs
  sentAt?: EpochMs
  /** the corrected time (WI8) */
  timestamp: EpochMs
  receivedAt: EpochMs
  /** the source's id */
  source: string
  /** it came by an import: however old, it counts like one in time (AU4) */
  imported?: boolean
  /** a source with a secret key sent it, so that what it says is the owner's word (ID11); a token vouches for an identity alone */
  verified?: boolean
  /** what the tracking plan does not allow of it, at most 10; with `strip` it is gone (PL) */
  violations?: readonly Violation[]
}

/** The name that definitions know an event by: a track's own, else its type (`page`, `identify`, …). */
export const eventName = (event: Event): string => (event.type === 'track' ? (event.event ?? 'track') : event.type)

/** Orders events as SPEC WI8 does: timestamp, then receivedAt, then messageId. */
export const compareEvents = (
  a: Pick<Event, 'timestamp' | 'receivedAt' | 'messageId'>,
  b: Pick<Event, 'timestamp' | 'receivedAt' | 'messageId'>,
): number =>
  a.timestamp - b.timestamp ||
  a.receivedAt - b.receivedAt ||
  (a.messageId < b.messageId ? -1 : a.messageId > b.messageId ? 1 : 0)
