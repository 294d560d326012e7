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

export interface PlanEvent {
  description?: string
  /** all that it has; anything when left out, nothing when empty */
  properties?: PlanProperties
}

/** The tracking plan: the events that there are, by name (SPEC WS). */
export interface TrackingPlan {
  events: Readonly<Record<string, PlanEvent>>
}
