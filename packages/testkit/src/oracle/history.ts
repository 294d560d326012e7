import type { Event } from '@spartito/protocol'
import { dayMs } from './calendar.ts'
import type { Match } from './condition.ts'
import { matches } from './predicate.ts'

/** An event as a profile keeps it. */
export interface Recorded extends Event {
  /** imports may be older than 30 days (SPEC AU4) */
  imported?: boolean
  /** the merge that brought it to this profile; absent for the profile's own */
  mergeId?: string
}

/** All distinct events of a profile, in the order of SPEC WI8. */
export type History = readonly Recorded[]

export const maxLatenessMs = 30 * dayMs

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** (timestamp, receivedAt, messageId), as SPEC WI8 says. */
export const compareRecorded = (a: Recorded, b: Recorded): number =>
  a.timestamp - b.timestamp || a.receivedAt - b.receivedAt || compareText(a.messageId, b.messageId)

/** A track is known by its name, everything else by its type. */
export const nameOf = (event: Event): string => (event.type === 'track' ? (event.event ?? '') : event.type)

/** Whether it came more than 30 days late: then it counts in lifetime counts and nowhere else (SPEC AU4). */
export const isTooLate = (event: Recorded): boolean =>
  !event.imported && event.receivedAt - event.timestamp > maxLatenessMs

/** What everything but a lifetime count sees. */
export const timely = (history: History): History => history.filter((event) => !isTooLate(event))

/**
 * The history with arrivals taken in. Of copies of a messageId the first to arrive counts: a retry changes nothing (SPEC
 * WI8, WI9).
 */
export const record = (history: History, arrivals: readonly Recorded[]): History => {
  const kept = new Map<string, Recorded>()
  for (const event of [...history, ...arrivals]) if (!kept.has(event.messageId)) kept.set(event.messageId, event)
  return [...kept.values()].sort(compareRecorded)
}

/** The events of a name of which ALL predicates hold, in order. */
export const matching = (history: History, { event, where = [] }: Match): History =>
  history.filter(
    (candidate) => nameOf(candidate) === event && where.every((predicate) => matches(predicate, candidate as never)),
  )
