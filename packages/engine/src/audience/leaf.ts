import type { ConsentPolicy, ConsentRecord, EpochMs, Event } from '@spartito/protocol'
import type { Fragment } from '../profile/fragment.ts'
import type { Condition } from './condition.ts'
import type { Field } from './field.ts'
import type { Judgement, Proof } from './memory/memory.ts'
import type { Feed } from './predicate.ts'
import type { DurationMs } from './time/duration.ts'

/** What conditions are judged on: a profile, or only what one device brought to it (ID11). */
export interface Evidence {
  profileId: string
  fragments: readonly Fragment[]
  policy: ConsentPolicy
  /** types of which the profile has an identifier */
  identifierTypes: ReadonlySet<string>
  consent: ConsentRecord
  /** of the audiences decided so far */
  memberships: Readonly<Record<string, { since: EpochMs }>>
}

/**
 * Something that may change and that leaves read, such as `trait:plan` or, for what a leaf remembers of events, `leaf:` and
 * its key. The part before the colon never holds one, so no two inputs share a text.
 */
export type Input = string

/** A condition without conditions inside, compiled. */
export interface Leaf {
  /** the same for the same condition in two audiences: it is remembered once */
  key: string
  condition: Condition
  inputs: readonly Input[]
  /** what it says of somebody who has done nothing; undefined when that depends */
  atBirth: boolean | undefined
  judge(evidence: Evidence, now: EpochMs): Judgement
  show(evidence: Evidence, now: EpochMs): Proof
  isInexact?(evidence: Evidence, now: EpochMs): boolean
  /** of another audience's membership: so it is judged anew whenever asked, not once a decision */
  audience?: string
  /** of how long a membership has lasted: that cannot be known of a part of a profile */
  isOfHistory?: true
  /** what it remembers of events */
  events?: EventPart
}

export interface EventPart {
  /** which events reach it */
  feeds: readonly Feed[]
  /** what it reads of them besides their name and times */
  fields: readonly Field[]
  /** for so long after its instant an event may matter; infinite for a lifetime */
  spanMs: DurationMs
  /** whether events that come more than 30 days late count (AU4) */
  takesLate: boolean
  matches(event: Event): boolean
  /** the memory with one more event; the same when that is not one it is about */
  add(memory: unknown, event: Event): unknown
}

/** What a fragment remembers for leaves, by their keys; each leaf knows the form of its own. JSON, or a row's number (`Spilled`). */
export type Memories = Readonly<Record<string, unknown>>
