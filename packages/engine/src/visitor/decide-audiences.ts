import type { AudienceChange, ChangeCause, ConsentState, EpochMs, Identifier, Json } from '@spartito/protocol'
import { createJudge, evaluate, isInexact, type Verdict } from '../audience/evaluate.ts'
import { own } from '../own.ts'
import { consentDecisions, traitOf } from '../profile/merge.ts'
import { evidenceOf } from './evidence.ts'
import type { VisitorState } from './state.ts'
import type { Plan } from './step.ts'

export interface Reason {
  cause: ChangeCause
  causeId: string | null
  /** `now` of the decision: a planned instant for cause `time` */
  at: EpochMs
  /** the collector's clock */
  emittedAt: EpochMs
}

/** The winning values of a profile's traits. */
export const traitsOf = (state: VisitorState): Record<string, Json> => {
  const names = new Set(state.fragments.flatMap(({ traits }) => Object.keys(traits)))
  return Object.fromEntries([...names].sort().map((name) => [name, traitOf(state.fragments, name)!.value]))
}

const consentStates = (state: VisitorState): Record<string, ConsentState> =>
  Object.fromEntries(Object.entries(consentDecisions(state.fragments)).map(([purpose, { state }]) => [purpose, state]))

/** The identifiers of a profile, its host's first. */
export const identifiersOfProfile = ({ self, identifiers }: VisitorState): Identifier[] => [
  { type: self.type, value: self.value },
  ...identifiers
    .filter(({ type, value, isRefused }) => !isRefused && (type !== self.type || value !== self.value))
    .map(({ type, value }) => ({ type, value })),
]

/** Emits changes in order, counting `seq` on the state (AU6). */
export const emitChange = (
  state: VisitorState,
  audience: string,
  isMember: boolean,
  version: number,
  reason: Reason,
): { state: VisitorState; change: AudienceChange } => {
  const seq = state.seq + 1
  return {
    state: { ...state, seq },
    change: {
      id: `${state.profileId}:${audience}:${seq}`,
      type: isMember ? 'audience.entered' : 'audience.exited',
      audience,
      version,
      profileId: state.profileId,
      seq,
      cause: reason.cause,
      causeId: reason.causeId,
      effectiveAt: reason.at,
      emittedAt: reason.emittedAt,
      identifiers: identifiersOfProfile(state),
      traits: traitsOf(state),
      consent: consentStates(state),
    },
  }
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
 * Decides the audiences named, then those that depend on one that changed, and emits the difference to what was, each once
 * (AU1). An audience that the workspace no longer has is exited.
 */
export const decideAudiences = (
  before: VisitorState,
  plan: Plan,
  ids: Iterable<string>,
  reason: Reason,
): { state: VisitorState; changes: AudienceChange[] } => {
  const { audiences, version } = plan
  const memberships = { ...before.memberships }
  const flips = { ...before.flips }
  const evidence = evidenceOf(before, memberships)
  const judge = createJudge(evidence, reason.at)
  const worklist = createWorklist(plan, ids)
  let state: VisitorState = { ...before, memberships, flips }
  let changesFlips = false
  const changes: AudienceChange[] = []
  for (let id = worklist.take(); id !== undefined; id = worklist.take()) {
    const audience = audiences.byId.get(id)
    const verdict: Verdict = audience
      ? evaluate(audience, evidence, judge)
      : { isMember: false, isAllowed: true, next: undefined }
    // A flip that time has reached already would be taken for ever.
    if (verdict.next !== undefined && verdict.next <= reason.at)
      throw new Error(`audience ${id} plans a flip at ${verdict.next}, which is not after ${reason.at}`)
    if (verdict.next !== own(flips, id)) {
      if (verdict.next === undefined) delete flips[id]
      else flips[id] = verdict.next
      changesFlips = true
    }
    if (verdict.isMember === Object.hasOwn(memberships, id)) continue
    if (verdict.isMember) memberships[id] = { since: reason.at, version }
    else delete memberships[id]
    const cause: ChangeCause = !audience ? 'definition' : !verdict.isAllowed ? 'consent' : reason.cause
    const emitted = emitChange(state, id, verdict.isMember, version, { ...reason, cause })
    state = emitted.state
    const isUncertain = audience !== undefined && isInexact(audience, audiences, evidence, reason.at)
    changes.push(isUncertain ? { ...emitted.change, inexact: true } : emitted.change)
    for (const dependant of audience?.dependants ?? []) worklist.add(dependant)
  }
  // What did not change stays the same object, so that a caller can tell.
  if (changes.length === 0) state = { ...state, memberships: before.memberships }
  return { state: changesFlips ? state : { ...state, flips: before.flips }, changes }
}

/** The earliest instant at which time alone may change an audience of this profile. */
export const nextFlipOf = (state: VisitorState): EpochMs | undefined => {
  let next: EpochMs | undefined
  for (const at of Object.values(state.flips)) if (next === undefined || at < next) next = at
  return next
}

/** Takes every flip due by `until`, each at its planned instant, in order (AU1, AU3). */
export const takeFlips = (
  before: VisitorState,
  plan: Plan,
  until: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  let state = before
  const changes: AudienceChange[] = []
  for (let at = nextFlipOf(state); at !== undefined && at <= until; at = nextFlipOf(state)) {
    const due = Object.keys(state.flips).filter((id) => state.flips[id] === at)
    const decided = decideAudiences(state, plan, due, { cause: 'time', causeId: null, at, emittedAt })
    state = { ...decided.state, now: Math.max(state.now, at) }
    changes.push(...decided.changes)
  }
  return { state, changes }
}
