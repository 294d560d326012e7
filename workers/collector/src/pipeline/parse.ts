import {
  type EpochMs,
  type Event,
  type EventType,
  exceedsBytes,
  isObject,
  limits,
  parseEvent,
  type Refusal,
  type Rejection,
  refusal,
} from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { ulid } from 'ulid'
import type { Body } from './decode.ts'

/** What a request's path says of its events. */
export interface Endpoint {
  /** the type that a single-event route names; undefined for those that take a batch */
  type: EventType | undefined
  /** whether it brings what happened long ago (SPEC AU4) */
  isImport: boolean
}

/** An event on its way, with its place in the request. */
export interface ParsedEvent {
  index: number
  event: Event
  /** as it is kept */
  json: string
}

/** The events that go on, and those that are refused with their reasons. */
export interface Parsed {
  events: ParsedEvent[]
  rejected: Rejection[]
}

const messageIdOf = (raw: unknown): string | null =>
  isObject(raw) && typeof raw.messageId === 'string' ? raw.messageId.slice(0, limits.messageIdLength) : null

export const reject = (index: number, messageId: string | null, { code, message }: Refusal): Rejection => ({
  index,
  messageId,
  code,
  message,
})

/** Builds events from what was sent; a bad one is refused by itself, the others go on (SPEC WI4). */
export const parse = (body: Body, source: Source, { type, isImport }: Endpoint, receivedAt: EpochMs): Parsed => {
  const parsed: Parsed = { events: [], rejected: [] }
  const arrival = {
    source: source.id,
    receivedAt,
    sentAt: body.sentAt,
    type,
    imported: isImport,
    verified: source.kind === 'server',
    newMessageId: ulid,
  }
  for (const [index, raw] of body.events.entries()) {
    const event = parseEvent(raw, arrival)
    if (!event.ok) {
      parsed.rejected.push(reject(index, messageIdOf(raw), event.error))
      continue
    }
    const json = JSON.stringify(event.value)
    if (exceedsBytes(json, limits.eventBytes)) {
      const message = `the event has more than ${limits.eventBytes} bytes as JSON: send less of it`
      parsed.rejected.push(reject(index, event.value.messageId, refusal('too_large_event', message)))
    } else parsed.events.push({ index, event: event.value, json })
  }
  return parsed
}
