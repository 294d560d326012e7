import type { AudienceChange, ChangeCause, ConsentState, EpochMs, Identifier, Json } from '@spartito/protocol'
import { evaluate, nextFlip } from '../audience/evaluate.ts'
import { own } from '../own.ts'
import { consentDecisions, traitOf } from '../profile/fragment.ts'
import type { Membership, VisitorState } from './state.ts'
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

const without = <T>(record: Record<string, T>, key: string): Record<string, T> => {
  const { [key]: _gone, ...rest } = record
  return rest
}

/**
 * Decides the audiences named and emits the difference to what was, each once (AU1). An audience that the workspace no
 * longer has is exited.
 */
export const decideAudiences = (
  before: VisitorState,
  plan: Plan,
  ids: Iterable<string>,
  reason: Reason,
): { state: VisitorState; changes: AudienceChange[] } => {
  let state = before
  const changes: AudienceChange[] = []
  for (const id of ids) {
    const audience = plan.audiences.byId.get(id)
    const verdict = audience ? evaluate(audience, state, reason.at) : { isMember: false, isAllowed: true }
    const flip = audience && nextFlip(audience, state, reason.at)
    const planned = own(state.flips, id)
    if (flip !== planned)
      state = { ...state, flips: flip === undefined ? without(state.flips, id) : { ...state.flips, [id]: flip } }
    const membership = own(state.memberships, id)
    if (verdict.isMember === (membership !== undefined)) continue
    const entered: Membership = { since: reason.at, version: plan.version }
    state = {
      ...state,
      memberships: verdict.isMember ? { ...state.memberships, [id]: entered } : without(state.memberships, id),
    }
    const cause: ChangeCause = !audience ? 'definition' : !verdict.isAllowed ? 'consent' : reason.cause
    const emitted = emitChange(state, id, verdict.isMember, plan.version, { ...reason, cause })
    state = emitted.state
    changes.push(emitted.change)
  }
  return { state, changes }
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
