import type { Event } from '@spartito/protocol'
import { type Outcome, type Rules, runRules } from './run-rules.ts'
import type { TransformPorts } from './transform/apply.ts'

/** What becomes of events under rules that are only tried. */
export interface Trial {
  /** events that it was tried on */
  events: number
  /** taken as they came */
  passed: number
  /** taken, otherwise than they came */
  changed: number
  /** refused by a `dropEvent` */
  dropped: number
  /** refused by what needs consent, by code */
  rejected: Record<string, number>
  /** by code */
  quarantined: Record<string, number>
  /** of all these: what the rules of now make otherwise */
  differs: number
  examples: Record<'changed' | 'dropped' | 'rejected' | 'quarantined' | 'differs', Example[]>
}

/** An event as it came, and what becomes of it: what is kept, or why it is not. */
export interface Example {
  event: Event
  becomes: Event | { code: string; message: string }
  /** what becomes of it by the rules of now, where that is something else */
  now?: Event | { code: string; message: string }
}

const maxExamples = 3

const said = (outcome: Outcome): Example['becomes'] => (outcome.kind === 'passed' ? outcome.event : outcome.refusal)

/** A refusal is told by its code: its message names places in the workspace, which may have moved. */
const sameness = (outcome: Outcome): string => (outcome.kind === 'passed' ? outcome.json : outcome.refusal.code)

/** Tries rules on events as they came, beside the rules of now. Pure. */
export const tryRules = (
  came: readonly string[],
  tried: Rules,
  current: Rules | undefined,
  ports: TransformPorts,
): Trial => {
  const trial: Trial = {
    events: came.length,
    passed: 0,
    changed: 0,
    dropped: 0,
    rejected: {},
    quarantined: {},
    differs: 0,
    examples: { changed: [], dropped: [], rejected: [], quarantined: [], differs: [] },
  }
  const show = (kind: keyof Trial['examples'], example: Example): void => {
    if (trial.examples[kind].length < maxExamples) trial.examples[kind].push(example)
  }
  for (const json of came) {
    const event = JSON.parse(json) as Event
    const outcome = runRules({ event, json }, tried, ports)
    const before = current && runRules({ event, json }, current, ports)
    const isOther = before !== undefined && sameness(before) !== sameness(outcome)
    const example: Example = { event, becomes: said(outcome), ...(isOther && { now: said(before) }) }
    if (isOther) {
      trial.differs++
      show('differs', example)
    }
    if (outcome.kind === 'passed') {
      trial[outcome.isChanged ? 'changed' : 'passed']++
      if (outcome.isChanged) show('changed', example)
      continue
    }
    const { code } = outcome.refusal
    if (code === 'filtered') trial.dropped++
    else trial[outcome.kind][code] = (trial[outcome.kind][code] ?? 0) + 1
    show(code === 'filtered' ? 'dropped' : outcome.kind, example)
  }
  return trial
}
