import type { Window } from '@spartito/engine'

/**
 * A condition that holds no other, as SQL: what it takes of each event `e`, what is made of that for a profile, and what that says.
 * Events that came too late are left out, unless it says otherwise.
 */
export interface LeafSql {
  /** which events it is about */
  filter: string
  /** expressions of an event, by the names that `take` uses */
  reads?: Readonly<Record<string, string>>
  /** aggregates over `e`, by the names that `holds` uses; `e.happened` is an event's time */
  take: Readonly<Record<string, string>>
  within?: Window | undefined
  takesLate?: boolean
  /** what it says, of the aggregates of `leaf` and of `i.now`; NULLs when a profile has no such event */
  holds(leaf: string): string
  /** an event whose value is not taken as the engine takes it */
  inexact?: string
}

/** Orders what `e` reads as SPEC WI8 does. */
export const inOrder = 'ORDER BY e.happened, e.received, e.message_id'
