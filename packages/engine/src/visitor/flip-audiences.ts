import type { ConsentPolicy, ConsentRecord, EpochMs } from '@spartito/protocol'
import { createJudge, evaluate } from '../audience/evaluate.ts'
import type { Evidence } from '../audience/leaf.ts'
import { own } from '../own.ts'
import { evidenceOf } from './evidence.ts'
import type { Membership, VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** What consent is judged on. */
export interface Consent {
  consent: ConsentRecord
  policy: ConsentPolicy
}

export interface Flipped {
  memberships: Record<string, Membership>
  flips: Record<string, EpochMs>
  changesFlips: boolean
  /** the audiences that the profile entered or left, in the order in which they were decided */
  changed: string[]
  evidence: Evidence
}

/** Audiences still to decide, each after those it depends on; one that the workspace no longer has comes first. */
const createWorklist = (plan: Plan, ids: Iterable<string>) => {
  const rankOf = (id: string): number => plan.audiences.byId.get(id)?.rank ?? -1
  const pending = new Set(ids)
  // Taken from the end.
  const order = [...pending].sort((a, b) => rankOf(b) - rankOf(a))
  return {
    take: (): string | undefined => order.pop(),
    add(id: string): void {
      if (pending.has(id)) return
      pending.add(id)
      let place = order.length
      while (place > 0 && rankOf(order[place - 1]!) < rankOf(id)) place--
      order.splice(place, 0, id)
    },
  }
}

/**
 * Judges the audiences named at an instant, then those that depend on one that changed (AU1). Pure, and says nothing to
 * anybody. An audience that the workspace no longer has is left.
 *
 * @param consent instead of the profile's
 */
export const flipAudiences = (
  state: VisitorState,
  plan: Plan,
  ids: Iterable<string>,
  at: EpochMs,
  consent?: Consent,
): Flipped => {
  const { audiences, version } = plan
  const memberships = { ...state.memberships }
  const flips = { ...state.flips }
  const evidence = { ...evidenceOf(state, memberships), ...consent }
  const judge = createJudge(evidence, at)
  const worklist = createWorklist(plan, ids)
  const changed: string[] = []
  let changesFlips = false
  for (let id = worklist.take(); id !== undefined; id = worklist.take()) {
    const audience = audiences.byId.get(id)
    const { isMember, next } = audience ? evaluate(audience, evidence, judge) : { isMember: false, next: undefined }
    // A flip that time has reached already would be taken for ever.
    if (next !== undefined && next <= at)
      throw new Error(`audience ${id} plans a flip at ${next}, which is not after ${at}`)
    if (next !== own(flips, id)) {
      if (next === undefined) delete flips[id]
      else flips[id] = next
      changesFlips = true
    }
    if (isMember === Object.hasOwn(memberships, id)) continue
    if (isMember) memberships[id] = { since: at, version }
    else delete memberships[id]
    changed.push(id)
    for (const dependant of audience?.dependants ?? []) worklist.add(dependant)
  }
  return { memberships, flips, changesFlips, changed, evidence }
}
