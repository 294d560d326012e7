import { correctTime, ok, type Refusal, type Result, readTime, refusal, refuse } from '@spartito/protocol'
import type { WireEvent } from './build-event.ts'

const times = ['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt'] as const

/**
 * Gives an event that some client has sent to some collector its one time, as SPEC WI8 has it: the corrected one, or what
 * corrects it. What is left of its journey goes: a `sentAt` of last year would bring the event to this minute.
 */
export const takeOwnTime = (raw: WireEvent): Result<WireEvent, Refusal> => {
  const event = { ...raw }
  const read: Partial<Record<(typeof times)[number], number>> = {}
  for (const field of times) {
    const value = event[field]
    delete event[field]
    if (value === undefined || value === null) continue
    const at = readTime(value)
    if (at === undefined) return refuse(refusal('bad_timestamp', `${field} is not a time: it must be ISO 8601`))
    read[field] = at
  }
  const { timestamp, originalTimestamp, sentAt, receivedAt } = read
  const corrected =
    originalTimestamp === undefined || receivedAt === undefined
      ? originalTimestamp
      : correctTime(originalTimestamp, sentAt, receivedAt)
  const own = timestamp ?? corrected
  if (own === undefined)
    return refuse(refusal('bad_timestamp', 'the event does not say when it happened: it has no timestamp'))
  return ok({ ...event, timestamp: new Date(own).toISOString() })
}
