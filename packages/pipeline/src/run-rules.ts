import type { Event, Refusal } from '@spartito/protocol'
import type { CheckPlan } from './plan/compile-plan.ts'
import { type Collecting, missingConsent } from './require-consent.ts'
import type { TransformPorts } from './transform/apply.ts'
import type { Transform, Written } from './transform/compile-steps.ts'

/** The rules that an event of one source meets. */
export interface Rules {
  source: Collecting
  sourcesById: ReadonlyMap<string, Collecting>
  transform: Transform | undefined
  checkPlan: CheckPlan | undefined
}

/** What becomes of an event: it goes on, perhaps changed; it is refused; or it waits for a mend. */
export type Outcome =
  | { kind: 'passed'; event: Event; json: string; isChanged: boolean }
  | { kind: 'rejected'; refusal: Refusal }
  | { kind: 'quarantined'; refusal: Refusal }

/** The source that an event counts for, where that is another one than sent it. */
export const routedSource = <T extends Collecting>(
  event: Event,
  source: T,
  sourcesById: ReadonlyMap<string, T>,
): T | undefined => (event.source === source.id ? undefined : sourcesById.get(event.source))

/**
 * Runs one event through the rules of a workspace, in the order of SPEC: transformations, consent, tracking plan. Pure. What it is
 * given is the event as it came, after the parser.
 */
export const runRules = (came: Written, rules: Rules, ports: TransformPorts): Outcome => {
  const { source, sourcesById, transform, checkPlan } = rules
  const transformed = transform?.(came, ports) ?? { ok: true as const, value: came }
  if (!transformed.ok) {
    // What nobody consented to is not kept, whatever else is wrong with it.
    const denied = missingConsent(came.event, source)
    if (denied) return { kind: 'rejected', refusal: denied }
    const kind = transformed.error.code === 'filtered' ? 'rejected' : 'quarantined'
    return { kind, refusal: transformed.error }
  }
  const { event } = transformed.value
  const denied = missingConsent(event, source, routedSource(event, source, sourcesById))
  if (denied) return { kind: 'rejected', refusal: denied }
  const checked = checkPlan?.(event) ?? { ok: true as const, value: event }
  if (!checked.ok) return { kind: 'quarantined', refusal: checked.error }
  const isChanged = checked.value !== came.event
  return {
    kind: 'passed',
    event: checked.value,
    json: isChanged ? JSON.stringify(checked.value) : came.json,
    isChanged,
  }
}
