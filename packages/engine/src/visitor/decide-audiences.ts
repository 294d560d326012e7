import type { AudienceChange, ChangeCause, EpochMs } from '@spartito/protocol'
import { isInexact } from '../audience/evaluate.ts'
import { changeBody } from './change-body.ts'
import { type Consent, flipAudiences } from './flip-audiences.ts'
import type { VisitorState } from './state.ts'
import type { Plan } from './step.ts'

export interface Reason {
  cause: ChangeCause
  causeId: string | null
  /** `now` of the decision: a planned instant for cause `time` */
  at: EpochMs
  /** the collector's clock */
  emittedAt: EpochMs
  /** what consent was judged on before, where the request changed it: what changed for that alone has cause `consent` */
  consentBefore?: Consent
}

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
      ...changeBody(state),
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
  const named = [...ids]
  const { memberships, flips, changesFlips, changed, evidence } = flipAudiences(before, plan, named, reason.at)
  // What would be as it was, had nobody decided anything on consent, changed by consent (AU5).
  const otherwise =
    reason.consentBefore && changed.length > 0
      ? flipAudiences(before, plan, named, reason.at, reason.consentBefore).memberships
      : undefined
  let state: VisitorState = { ...before, memberships, flips }
  const changes: AudienceChange[] = []
  for (const id of changed) {
    const audience = audiences.byId.get(id)
    const isMember = Object.hasOwn(memberships, id)
    const isByConsent = otherwise && Object.hasOwn(otherwise, id) !== isMember
    const cause: ChangeCause = !audience ? 'definition' : isByConsent ? 'consent' : reason.cause
    const emitted = emitChange(state, id, isMember, version, { ...reason, cause })
    state = emitted.state
    const isUncertain = audience !== undefined && isInexact(audience, audiences, evidence, reason.at)
    changes.push(isUncertain ? { ...emitted.change, inexact: true } : emitted.change)
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
