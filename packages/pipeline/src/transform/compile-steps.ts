import { type Event, isDecision, ok, type Refusal, type Result, refusal, refuse } from '@spartito/protocol'
import { type Apply, asObject, type TransformPorts } from './apply.ts'
import { compileCast } from './cast.ts'
import { compileDerive } from './derive.ts'
import { compileDrop } from './drop.ts'
import { compileDropEvent } from './drop-event.ts'
import { StepFailed } from './field.ts'
import { compileHash } from './hash.ts'
import { compileMapValues } from './map-values.ts'
import { compileWhen } from './matches.ts'
import { compileNormalize } from './normalize.ts'
import { compileRename } from './rename.ts'
import { compileRenameEvent } from './rename-event.ts'
import { compileRoute } from './route.ts'
import { type Step, type StepKind, stepKinds, type Transformation } from './step.ts'
import { withinLimits } from './within-limits.ts'

const compilers: { [K in StepKind]: (step: Extract<Step, { [P in K]: unknown }>) => Apply } = {
  renameEvent: compileRenameEvent,
  rename: compileRename,
  mapValues: compileMapValues,
  cast: compileCast,
  normalize: compileNormalize,
  derive: compileDerive,
  hash: compileHash,
  drop: compileDrop,
  dropEvent: compileDropEvent,
  route: compileRoute,
}

/** They decide about the event as a whole, which a decision on consent is spared. */
const ofWholeEvents: ReadonlySet<StepKind> = new Set(['renameEvent', 'dropEvent', 'route'])

/** Which step it is; undefined for none or several at once. */
export const kindOfStep = (step: object): StepKind | undefined => {
  const kinds = stepKinds.filter((kind) => Object.hasOwn(step, kind))
  return kinds.length === 1 ? kinds[0] : undefined
}

interface CompiledStep {
  /** such as `transformations[0].steps[2]` */
  at: string
  sparesDecisions: boolean
  isFor: (event: ReturnType<typeof asObject>) => boolean
  apply: Apply
}

const compileStep = (step: Step, at: string): CompiledStep => {
  const kind = kindOfStep(step)!
  const compile = compilers[kind] as (step: Step) => Apply
  return { at, sparesDecisions: ofWholeEvents.has(kind), isFor: compileWhen(step.when), apply: compile(step) }
}

/** An event and the text that it is kept as. */
export interface Written {
  event: Event
  json: string
}

/**
 * Runs an event through the steps of its source. It never throws: a step that fails ends it with `transform_error`, which names the step and
 * no value; one that is dropped with `filtered`. The same event comes back when nothing changes it.
 */
export type Transform = (written: Written, ports: TransformPorts) => Result<Written, Refusal>

/** Compiles what a source's events go through, in the order of the workspace; undefined when that is nothing. */
export const compileTransform = (transformations: readonly Transformation[], source: string): Transform | undefined => {
  const steps = transformations.flatMap(({ sources, steps: its }, t) =>
    sources.includes(source) ? its.map((step, s) => compileStep(step, `transformations[${t}].steps[${s}]`)) : [],
  )
  if (steps.length === 0) return undefined
  return (written, ports) => {
    const decides = isDecision(written.event)
    let event = asObject(written.event)
    let at = ''
    try {
      for (const step of steps) {
        at = step.at
        if ((decides && step.sparesDecisions) || !step.isFor(event)) continue
        const made = step.apply(event, ports)
        if (made === 'dropped') return refuse(refusal('filtered', `${at} drops this event`))
        event = made
      }
      return ok(event === asObject(written.event) ? written : withinLimits(event, written.event, written.json))
    } catch (error) {
      // A withdrawal that waits for somebody to mend a step would not be known: it is taken as it came.
      if (decides) return ok(written)
      const why = error instanceof StepFailed ? error.message : 'it cannot be done with this event'
      return refuse(refusal('transform_error', `${at}: ${why}`))
    }
  }
}
