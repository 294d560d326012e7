import type { Json } from '@spartito/protocol'

/** The comparisons of a predicate; several of one predicate hold at once. */
export interface Comparison {
  eq?: Json
  ne?: Json
  in?: Json[]
  nin?: Json[]
  gt?: number
  gte?: number
  lt?: number
  lte?: number
  /** both ends included */
  between?: [number, number]
  contains?: string
  startsWith?: string
  endsWith?: string
  exists?: boolean
}

/** A comparison of the value at a path of the event, such as `properties.price`. */
export interface Predicate extends Comparison {
  path: string
}

/** The comparisons that a number of events takes. */
export type CountComparison = Pick<Comparison, 'gt' | 'gte' | 'lt' | 'lte' | 'between'> & { eq?: number; ne?: number }

export interface EventCondition {
  /** a track's name, or `page`, `screen`, `identify`, `group`, `alias` */
  event: string
  where?: Predicate[]
  /** `{gte: 1}` when left out */
  count?: CountComparison
  /** an ISO 8601 duration; a lifetime when left out */
  within?: string
}

export type TraitCondition = { trait: string } & Comparison

/** What decides an audience (SPEC AU). */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | EventCondition
  | TraitCondition

export interface AudienceDefinition {
  id: string
  name?: string
  description?: string
  /** lets a browser read the membership of its own visitor */
  expose?: boolean
  /** a member must consent to ALL of them */
  purposes?: string[]
  when: Condition
}
