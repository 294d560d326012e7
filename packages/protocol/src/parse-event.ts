import { type Event, type EventType, eventTypes } from './event.ts'
import { cleanJson, isObject, type JsonObject } from './json.ts'
import { limits } from './limits.ts'
import { type Refusal, type RefusalCode, refusal } from './refusal.ts'
import { ok, type Result, refuse } from './result.ts'
import { cleanText, numberText } from './text.ts'
import { correctTime, type EpochMs, readTime } from './time.ts'

export interface Arrival {
  source: string
  receivedAt: EpochMs
  /** of the whole batch; an event's own `sentAt` is used when the batch has none */
  sentAt?: EpochMs | undefined
  /** the type that the route names, such as `/v1/track` */
  type?: EventType | undefined
  /** whether it comes by an import (AU4) */
  imported?: boolean
  /** whether a source with a secret key sends it (ID11) */
  verified?: boolean
  /** gives a messageId to an event that came without one */
  newMessageId: () => string
}

/** Ends one event's parsing; caught in `parseEvent` alone. */
class Invalid {
  refusal: Refusal
  constructor(code: RefusalCode, message: string) {
    this.refusal = refusal(code, message)
  }
}

const isEventType = (value: unknown): value is EventType => eventTypes.includes(value as EventType)

const readType = (raw: Record<string, unknown>, arrival: Arrival): EventType => {
  const type = arrival.type ?? raw.type
  if (type === undefined || type === null)
    throw new Invalid('missing_type', `an event of a batch needs a type: one of ${eventTypes.join(', ')}`)
  if (!isEventType(type)) throw new Invalid('unknown_type', `type must be one of ${eventTypes.join(', ')}`)
  return type
}

/** A text field; numbers become text, since clients send numeric ids, if they have kept their digits. Empty and null count as absent. */
const readText = (raw: Record<string, unknown>, field: string, maxLength: number): string | undefined => {
  const value = raw[field]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Invalid(
      'invalid_field',
      `${field} must be text, not ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    )
  const sent = typeof value === 'number' ? numberText(value) : value
  if (sent === undefined)
    throw new Invalid('invalid_field', `${field} is a number past 2^53 - 1, which loses digits: send it as text`)
  const text = cleanText(sent)
  if (text.length > maxLength)
    throw new Invalid('invalid_field', `${field} has ${text.length} characters, ${maxLength} are allowed: shorten it`)
  return text
}

const readObject = (raw: Record<string, unknown>, field: string): JsonObject | undefined => {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw new Invalid('invalid_field', `${field} must be an object`)
  const cleaned = cleanJson(value, field, 2)
  if (!cleaned.ok) throw new Invalid(cleaned.error.code, cleaned.error.message)
  return cleaned.value as JsonObject
}

const readTimeField = (raw: Record<string, unknown>, field: string): EpochMs | undefined => {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  const at = readTime(value)
  if (at === undefined)
    throw new Invalid('bad_timestamp', `${field} is not a time: send ISO 8601, such as 2026-01-31T12:00:00.000Z`)
  return at
}

const parse = (raw: Record<string, unknown>, arrival: Arrival): Event => {
  const type = readType(raw, arrival)
  const own = readTimeField(raw, 'timestamp')
  const original = readTimeField(raw, 'originalTimestamp') ?? own
  const sentAt = arrival.sentAt ?? readTimeField(raw, 'sentAt')
  const event: Event = {
    messageId: readText(raw, 'messageId', limits.messageIdLength) ?? arrival.newMessageId(),
    type,
    timestamp: correctTime(original, sentAt, arrival.receivedAt),
    receivedAt: arrival.receivedAt,
    source: arrival.source,
  }
  if (arrival.imported) event.imported = true
  if (arrival.verified) event.verified = true
  if (original !== undefined) event.originalTimestamp = original
  if (sentAt !== undefined) event.sentAt = sentAt
  for (const field of ['anonymousId', 'userId', 'groupId', 'previousId'] as const) {
    const text = readText(raw, field, limits.eventBytes)
    if (text !== undefined) event[field] = text
  }
  for (const field of ['event', 'name', 'category'] as const) {
    const text = readText(raw, field, limits.nameLength)
    if (text !== undefined) event[field] = text
  }
  if (type === 'track' && event.event === undefined)
    throw new Invalid('missing_event_name', 'a track needs the name of what happened in its field event')
  for (const field of ['properties', 'traits', 'context', 'integrations'] as const) {
    const object = readObject(raw, field)
    if (object !== undefined) event[field] = object
  }
  // RudderStack's clients say who somebody is in the context, and repeat it there in all that follows.
  if (type === 'identify' && !event.traits && isObject(event.context?.traits))
    event.traits = event.context.traits as JsonObject
  return event
}

/**
 * Builds an event from what a client sent (SPEC WI3, WI8, WI10): only the fields that an event has, into fresh objects,
 * with its corrected time. Whether somebody is identified is decided later, when it is routed (SPEC ID2).
 */
export const parseEvent = (raw: unknown, arrival: Arrival): Result<Event, Refusal> => {
  if (!isObject(raw)) return refuse(refusal('invalid_field', 'an event must be an object'))
  try {
    return ok(parse(raw, arrival))
  } catch (error) {
    if (error instanceof Invalid) return refuse(error.refusal)
    throw error
  }
}
