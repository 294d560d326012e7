import {
  type Event,
  isDecision,
  ok,
  type Refusal,
  type Result,
  refusal,
  refuse,
  type Violation,
} from '@spartito/protocol'
import { compileSchema, type Found } from './find-violations.ts'
import { schemaOf } from './plan-schema-of.ts'
import { strip } from './strip.ts'
import type { PlanAction, PlanEvent, TrackingPlan } from './tracking-plan.ts'

/** How many violations an event lists. */
export const maxViolations = 10
const maxPath = 200

/**
 * Checks an event against the plan. It never throws; the same event comes back when there is nothing to say. Of tracks alone: the plan knows
 * no other events. A decision on consent is taken as it is.
 */
export type CheckPlan = (event: Event) => Result<Event, Refusal>

const listed = (found: readonly Violation[]): Violation[] =>
  found.slice(0, maxViolations).map(({ path, rule, message }) => ({ path: path.slice(0, maxPath), rule, message }))

const held = (event: Event, found: readonly Violation[]): Refusal => {
  const [first] = found
  if (first?.rule === 'unknown_event') return refusal('unknown_event', `the plan has no event "${event.event}"`)
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : ''
  return refusal('schema_violation', `${first!.path.slice(0, maxPath)}: ${first!.message}${more}`)
}

const act = (event: Event, found: readonly Found[], action: PlanAction): Result<Event, Refusal> => {
  if (found.length === 0 || action === 'allow') return ok(event)
  if (action === 'quarantine') return refuse(held(event, found))
  const marked = { ...event, violations: listed(found) }
  if (action === 'strip' && event.properties)
    marked.properties = strip(
      event.properties,
      found.map(({ place }) => place),
    )
  return ok(marked)
}

const onUnknown = (event: Event, action: PlanAction): Result<Event, Refusal> => {
  const violation = { path: 'event', rule: 'unknown_event', message: 'is not in the plan' }
  const checked = act(event, [{ ...violation, place: [] }], action)
  // Of an unknown event every property is unknown.
  if (action === 'strip' && checked.ok && event.properties) return ok({ ...checked.value, properties: {} })
  return checked
}

const tooIntricate: Found = { path: 'properties', rule: 'schema', message: 'could not be checked', place: [] }

const compileEvent = (planned: PlanEvent): ((event: Event) => Found[]) => {
  const find = compileSchema(schemaOf(planned))
  return ({ properties = {} }) => {
    try {
      return find(properties)
    } catch {
      // Whatever a list of thousands of faults does to the library, the event is not lost by it.
      return [tooIntricate]
    }
  }
}

/** Compiles a plan; each event's schema when the first such event comes. Undefined when the plan asks for nothing. */
export const compilePlan = (plan: TrackingPlan | undefined): CheckPlan | undefined => {
  if (!plan) return undefined
  const { onViolation = 'allow', onUnknown: unknown = 'allow' } = plan
  const actionOf = (planned: PlanEvent): PlanAction => planned.onViolation ?? onViolation
  const events = new Map(Object.entries(plan.events))
  if (unknown === 'allow' && [...events.values()].every((planned) => actionOf(planned) === 'allow')) return undefined
  const compiled = new Map<string, (event: Event) => Found[]>()
  return (event) => {
    if (event.type !== 'track' || isDecision(event)) return ok(event)
    const name = event.event ?? ''
    const planned = events.get(name)
    if (!planned) return unknown === 'allow' ? ok(event) : onUnknown(event, unknown)
    const action = actionOf(planned)
    if (action === 'allow') return ok(event)
    const find = compiled.get(name) ?? compileEvent(planned)
    compiled.set(name, find)
    return act(event, find(event), action)
  }
}
