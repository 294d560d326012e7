/** A value that a plan allows, and nothing beside it. */
type Enum<Value> = { enum?: readonly Value[] }

interface Described {
  description?: string
  /** whether every event has it; false when left out */
  required?: boolean
}

/**
 * One property of an event, as JSON Schema says it, with `required` at the property itself. `date` is a text in ISO 8601. An `object` without
 * `properties` and an `array` without `items` may hold anything.
 */
export type PlanProperty = Described &
  (
    | ({ type: 'string' } & Enum<string>)
    | ({ type: 'number' | 'integer' } & Enum<number>)
    | { type: 'boolean' | 'date' }
    | { type: 'object'; properties?: PlanProperties }
    | { type: 'array'; items?: PlanItem }
  )

/** What each element of an array is: a property without a name. */
export type PlanItem = PlanProperty & { required?: never }

export type PlanProperties = Readonly<Record<string, PlanProperty>>

/**
 * What becomes of an event that the plan does not allow (SPEC PL): nothing; it says so; it loses what is not allowed, and says so; or it waits
 * in the quarantine.
 */
export const planActions = ['allow', 'warn', 'strip', 'quarantine'] as const
export type PlanAction = (typeof planActions)[number]

/** A JSON Schema 2020-12, with the keywords of SPEC PL. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export interface PlanEvent {
  description?: string
  /** all that it has; anything when left out, nothing when empty */
  properties?: PlanProperties
  /** the same as a JSON Schema of the object `properties`; instead of `properties` */
  schema?: JsonSchema
  /** of events of this name; the plan's when left out */
  onViolation?: PlanAction
}

/** The tracking plan: the events that there are, by name (SPEC PL). */
export interface TrackingPlan {
  events: Readonly<Record<string, PlanEvent>>
  /** `allow` when left out */
  onViolation?: PlanAction
  /** of tracks of another name; `allow` when left out */
  onUnknown?: PlanAction
}
