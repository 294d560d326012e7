import { createHash } from 'node:crypto'
import { runRules, type TransformPorts } from '@spartito/pipeline'
import { type Refusal, refusal } from '@spartito/protocol'
import { type CompiledWorkspace, hasRules, rulesOf, type Source } from '@spartito/workspace'
import { type Parsed, type ParsedEvent, reject } from './parse.ts'

export const transformPorts: TransformPorts = {
  sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
}

/** An event that waits for a mend, as it came. */
export interface HeldEvent extends ParsedEvent {
  refusal: Refusal
}

/** The events that go on, those that are refused, and those for the quarantine. */
export interface Ruled extends Parsed {
  held: HeldEvent[]
}

/**
 * Runs each event through the transformations of its source, the consent that it needs and the tracking plan (SPEC TR, CO3, PL), each a
 * step of `@spartito/pipeline`. A source without any of them costs nothing.
 */
export const applyRules = (parsed: Parsed, source: Source, workspace: CompiledWorkspace): Ruled => {
  if (!hasRules(workspace, source)) return { ...parsed, held: [] }
  const rules = rulesOf(workspace, source)
  const ruled: Ruled = { events: [], rejected: [...parsed.rejected], held: [] }
  for (const item of parsed.events) {
    const outcome = runRules(item, rules, transformPorts)
    switch (outcome.kind) {
      case 'passed':
        ruled.events.push({ index: item.index, event: outcome.event, json: outcome.json })
        break
      case 'rejected':
        ruled.rejected.push(reject(item.index, item.event.messageId, outcome.refusal))
        break
      case 'quarantined':
        ruled.held.push({ ...item, refusal: outcome.refusal })
        break
    }
  }
  return ruled
}

/** Refuses what the quarantine has no room for: under its own code, so that nothing is lost without one. */
export const refuseHeld = ({ index, event, refusal: { code, message } }: HeldEvent) =>
  reject(index, event.messageId, refusal(code, `${message}; and the quarantine is full, so the event is not kept`))
