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
 * What travels in the queue `events`: the events that one transaction of one Visitor object accepted.
 * Sent again it is the same to the byte, so its id makes the lake's and the statistics' consumers idempotent.
 */
export interface EventUnit {
  /** `<object name>#<commit>.<part>` */
  id: string
  visitor: string
  profileId: string
  /** the transaction's number in that object, from 1 */
  commit: number
  /** a commit too large for one message travels in parts, from 0 */
  part: number
  parts: number
  /** the events as JSON texts (RELIABILITY M4: never as nested objects across a boundary) */
  events: string[]
}
