import type { ProfileNotice } from './change.ts'
import type { RefusalCode } from './refusal.ts'

/** Counts of one source in one hour (SPEC WI6). `received` is their sum. */
export interface Counts {
  accepted: number
  duplicate: number
  quarantined: number
  suppressed: number
  rejected: Partial<Record<RefusalCode, number>>
}

/**
 * What travels in the queue `events`: the events that one transaction of one Visitor object accepted, or those of a request that no profile has.
 * Sent again its events are the same to the byte, so its id makes the lake's and the statistics' consumers idempotent.
 */
export interface EventUnit {
  /** `<object name>#<commit>.<part>` */
  id: string
  /** the name of the object (SPEC ID1); empty when none has them, as for bots: nobody waits for a confirmation then */
  visitor: string
  profileId: string
  /** why no profile has them */
  code?: RefusalCode
  /** the transaction's number in that object, from 1 */
  commit: number
  /** a commit too large for one message travels in parts, from 0 */
  part: number
  parts: number
  /**
   * The beginning of the profile, for the roster (SPEC AU6): in part 0 of the commit that began it, and of those after it
   * until one is known to have arrived. It comes several times, and counts once by its `order`.
   */
  notice?: ProfileNotice
  /** the events as JSON texts (RELIABILITY M4: never as nested objects across a boundary) */
  events: readonly string[]
}

/** A unit as the text of a message: a line of JSON about it, then a line for each event, as it is kept. */
export const formatEventUnit = ({ events, ...about }: EventUnit): string =>
  `${JSON.stringify(about)}\n${events.join('\n')}`

/** @throws SyntaxError when the text is no unit */
export const parseEventUnit = (text: string): EventUnit => {
  const [about, ...events] = text.split('\n')
  return { ...(JSON.parse(about!) as Omit<EventUnit, 'events'>), events }
}
