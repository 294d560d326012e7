import {
  type EpochMs,
  type Event,
  type EventType,
  isObject,
  limits,
  parseEvent,
  type Refusal,
  type Rejection,
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

/** An event as it was sent, with its place in the request. */
interface BuiltEvent {
  index: number
  event: Event
}

/** An event on its way. */
export interface ParsedEvent extends BuiltEvent {
  /** as it is kept */
  json: string
}

/** The events that go on, and those that are refused with their reasons. */
export interface Parsed {
  events: ParsedEvent[]
  rejected: Rejection[]
}

/** The same, before what the request says of them is added. */
export interface Built {
  events: BuiltEvent[]
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
export const parse = (body: Body, source: Source, { type, isImport }: Endpoint, receivedAt: EpochMs): Built => {
  const parsed: Built = { events: [], rejected: [] }
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
    parsed.events.push({ index, event: event.value })
  }
  return parsed
}
