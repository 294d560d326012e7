import type { EpochMs, Json } from '@spartito/protocol'

/** ISO 8601, elapsed time: `P7D`, `PT30M` (SPEC AU). */
export type Duration = string

export type Calendar = 'today' | 'yesterday' | 'this_week' | 'this_month' | 'last_month'

/** Absent: a lifetime. */
export type Window =
  | Duration
  | { between: readonly [string, string]; tz?: string }
  | { calendar: Calendar; tz?: string }

/** Several at once mean ALL of them. `T` is what an order compares: numbers, or durations for `recency`. */
export interface Operators<T = number> {
  eq?: Json
  ne?: Json
  in?: readonly Json[]
  nin?: readonly Json[]
  gt?: T
  gte?: T
  lt?: T
  lte?: T
  between?: readonly [T, T]
  contains?: Json
  startsWith?: string
  endsWith?: string
  exists?: boolean
}

/** A path with `[*]` needs `any` or `every`. */
export interface Predicate extends Operators {
  path: string
  any?: true
  every?: true
}

/** Events of one name of which ALL predicates hold. */
export interface Match {
  event: string
  where?: readonly Predicate[]
}

export type Aggregate = 'sum' | 'avg' | 'min' | 'max' | 'distinct' | 'first' | 'last' | 'mode'

export interface Step extends Match {
  after?: { min?: Duration; max?: Duration }
}

export interface SeenRange {
  within?: Window
  before?: Duration
}

export type Durations = Pick<Operators<Duration>, 'gt' | 'gte' | 'lt' | 'lte' | 'between'>

export type CountCondition = Match & { count?: Operators; within?: Window }
export type AggregateCondition = Match & Operators & { agg: Aggregate; of: string; within?: Window }
export type SequenceCondition = { sequence: readonly Step[]; none?: readonly Match[]; within?: Window }
export type RecencyCondition = { recency: Match } & Durations
export type NotPerformedCondition = { notPerformed: string; where?: readonly Predicate[]; within?: Window }
export type DaysCondition = { days: Match & { tz?: string }; within?: Window } & Operators
export type TraitCondition = { trait: string; hasBeenFor?: Duration } & Operators
export type AudienceCondition = { audience: string; for?: Duration }
export type TouchCondition = { touch: 'first' | 'last'; where?: readonly Predicate[] }
export type BucketCondition = { bucket: { salt: string } & Operators }
export type ScoreCondition = { score: string; maxAge?: Duration } & Operators

/** Every row of the table of conditions (SPEC AU), as JSON. */
export type Condition =
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition }
  | CountCondition
  | AggregateCondition
  | SequenceCondition
  | RecencyCondition
  | NotPerformedCondition
  | DaysCondition
  | TraitCondition
  | { firstSeen: SeenRange }
  | { lastSeen: SeenRange }
  | { identifier: string; exists: boolean }
  | { consent: string; is: 'granted' | 'denied' | 'unknown' }
  | AudienceCondition
  | TouchCondition
  | BucketCondition
  | ScoreCondition

export interface Audience {
  id: string
  when: Condition
  /** ALL of them must be allowed for a membership (SPEC CO2, CO6) */
  purposes?: readonly string[]
}

/** An imported score of a profile. */
export interface Score {
  value: number
  timestamp: EpochMs
}
