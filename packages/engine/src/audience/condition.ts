import type { ConsentState, Purpose } from '@spartito/protocol'

export type Scalar = string | number | boolean | null

/** The comparisons that a number takes; several hold at once. */
export interface NumberComparison {
  eq?: number
  ne?: number
  gt?: number
  gte?: number
  lt?: number
  lte?: number
  /** both ends included */
  between?: readonly [low: number, high: number]
}

/** The comparisons of a predicate; several hold at once. Nothing is coerced. */
export interface Comparison extends Omit<NumberComparison, 'eq' | 'ne'> {
  eq?: Scalar
  ne?: Scalar
  in?: readonly Scalar[]
  nin?: readonly Scalar[]
  /** a part of a text, or an entry of a list */
  contains?: string | number | boolean
  startsWith?: string
  endsWith?: string
  exists?: boolean
}

/** A comparison of what an event has at a path; `[*]` in it stands for each entry of a list. */
export interface Predicate extends Comparison {
  /** such as `properties.price` or `properties.items[*].sku` */
  path: string
  /** with `[*]`: ANY of the values has to meet the comparisons */
  any?: true
  /** with `[*]`: ALL of the values have to meet them */
  every?: true
}

export const calendars = ['today', 'yesterday', 'this_week', 'this_month', 'last_month'] as const
export type Calendar = (typeof calendars)[number]

/**
 * The time that a condition looks at; a lifetime when left out. An ISO 8601 duration of elapsed time is (now − w, now];
 * `between` names two local dates or times, both included; a week of a calendar begins on Monday.
 */
export type Window =
  | string
  | { between: readonly [from: string, to: string]; tz: string }
  | { calendar: Calendar; tz: string }

/** Which events a condition is about. */
export interface EventFilter {
  /** a track's name, or `page`, `screen`, `identify`, `group`, `alias` */
  event: string
  /** ALL of them have to hold */
  where?: readonly Predicate[]
}

/** So many events match. */
export interface EventCondition extends EventFilter {
  /** `{gte: 1}` when left out */
  count?: NumberComparison
  within?: Window
}

/** A value of the matching events taken together. The sum of none is 0; the others of none compare false. */
export type AggregateCondition = EventFilter & { of: string; within?: Window } & (
    | ({ agg: 'sum' | 'avg' | 'min' | 'max' | 'distinct' } & NumberComparison)
    | ({ agg: 'first' | 'last' } & Omit<Comparison, 'exists'>)
    | ({ agg: 'mode' } & Pick<Comparison, 'eq' | 'ne' | 'in' | 'nin'>)
  )

export interface SequenceStep extends EventFilter {
  /** how long after the step before, both bounds included */
  after?: { min?: string; max?: string }
}

/** Events one strictly after the other; holds if some choice of events satisfies it. */
export interface SequenceCondition {
  sequence: readonly SequenceStep[]
  /** what may not occur between the first and the last */
  none?: readonly EventFilter[]
  within?: Window
}

/** The last such event is so long ago; false when there is none. */
export interface RecencyCondition {
  recency: EventFilter
  gt?: string
  gte?: string
  lt?: string
  lte?: string
}

/** No such event; true for the empty profile. */
export interface NotPerformedCondition {
  notPerformed: string
  where?: readonly Predicate[]
  within?: Window
}

/** On so many distinct local days. */
export interface DaysCondition extends NumberComparison {
  days: EventFilter & { tz: string }
  within?: Window
}

export interface TraitCondition extends Comparison {
  trait: string
  /** an ISO 8601 duration: the comparison has held for at least so long */
  hasBeenFor?: string
}

/** Within a window, or at least so long before now. */
export type SeenComparison = { within: Window; before?: string } | { within?: Window; before: string }

export type ScoreCondition = NumberComparison & {
  score: string
  /** an ISO 8601 duration: an older score counts as none */
  maxAge?: string
}

export type AudienceCondition<Id extends string = string> = {
  audience: Id
  /** an ISO 8601 duration: a member for at least so long */
  for?: string
}

/** A condition that holds no other. */
type LeafOf<Id extends string> =
  | EventCondition
  | AggregateCondition
  | SequenceCondition
  | RecencyCondition
  | NotPerformedCondition
  | DaysCondition
  | TraitCondition
  | { firstSeen: SeenComparison }
  | { lastSeen: SeenComparison }
  | { identifier: string; exists: boolean }
  | { consent: Purpose; is: ConsentState }
  | AudienceCondition<Id>
  | { touch: 'first' | 'last'; where?: readonly Predicate[] }
  | { bucket: { salt: string } & NumberComparison }
  | ScoreCondition

/** What decides an audience (SPEC AU). `Id` are the audiences that it may name. */
export type Condition<Id extends string = string> =
  | { all: readonly Condition<Id>[] }
  | { any: readonly Condition<Id>[] }
  | { not: Condition<Id> }
  | LeafOf<Id>

type KeyOf<T> = T extends unknown ? keyof T : never
type Only<T> = T extends unknown ? T & { [K in Exclude<KeyOf<Condition>, keyof T>]?: never } : never

/** The same for people who write one: a key that belongs to another kind of condition is an error of types. */
export type WrittenCondition<Id extends string> =
  | Only<{ all: readonly WrittenCondition<Id>[] }>
  | Only<{ any: readonly WrittenCondition<Id>[] }>
  | Only<{ not: WrittenCondition<Id> }>
  | Only<LeafOf<Id>>

/** What tells one kind of condition from another: the first of these keys that it has. */
export const conditionKinds = [
  'all',
  'any',
  'not',
  'agg',
  'sequence',
  'recency',
  'notPerformed',
  'days',
  'trait',
  'firstSeen',
  'lastSeen',
  'identifier',
  'consent',
  'audience',
  'touch',
  'bucket',
  'score',
  'event',
] as const
export type ConditionKind = (typeof conditionKinds)[number]

export const kindOf = (condition: object): ConditionKind | undefined =>
  conditionKinds.find((kind) => Object.hasOwn(condition, kind))

/** How deep conditions may be nested (SPEC AU). */
export const maxConditionDepth = 8

export interface AudienceDefinition<Id extends string = string, P extends Purpose = Purpose, When = Condition> {
  id: Id
  name?: string
  description?: string
  /** lets a browser read the membership of its own visitor */
  expose?: boolean
  /** a member must consent to ALL of them */
  purposes?: readonly P[]
  when: When
}
