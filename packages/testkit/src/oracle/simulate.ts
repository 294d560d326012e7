import type { AudienceChange, ChangeCause, ConsentPolicy, EpochMs, Event } from '@spartito/protocol'
import { candidates, clockworkOf } from './candidates.ts'
import type { Audience } from './condition.ts'
import { type History, record } from './history.ts'
import { inOrderOfDependence, type Memberships, membershipsAt } from './memberships.ts'
import { consentOf, type Hashes, type Merge, type Profile, scoresOf } from './profile.ts'

/** What reaches one profile, in order of arrival. */
export type Input =
  /** the workspace's audiences as of a version, when they reach this profile: by a touch or by the sweep */
  | { kind: 'definition'; at: EpochMs; version: number; audiences: readonly Audience[] }
  /** the events of one request; `at` is its receivedAt, which may run backwards */
  | { kind: 'request'; at: EpochMs; events: readonly Event[]; imported?: boolean }
  /** another profile's events join this one */
  | { kind: 'merge'; at: EpochMs; mergeId: string; events: readonly Event[] }

export interface Scenario {
  profileId: string
  policy: ConsentPolicy
  identifierTypes: Profile['identifierTypes']
  inputs: readonly Input[]
  /** time goes on to this instant after the last input */
  until: EpochMs
}

/** What a change must say. `causeIds` are the ids that its `causeId` may name. */
export type ExpectedChange = Pick<AudienceChange, 'type' | 'audience' | 'version' | 'seq' | 'cause' | 'effectiveAt'> & {
  causeIds: readonly (string | null)[]
}

export interface Outcome {
  changes: ExpectedChange[]
  history: History
  profile: Profile
}

interface State {
  now: EpochMs
  /** a profile begins with its first event; before, nothing is evaluated */
  exists: boolean
  history: History
  merges: readonly Merge[]
  profile: Profile
  /** in order of dependence */
  audiences: readonly Audience[]
  version: number
  changes: ExpectedChange[]
  instantsOf: typeof candidates
}

type Reason = (audience: string) => { cause: ChangeCause; causeIds: readonly (string | null)[] }

/** Records the difference between the memberships before and after; audiences that are no longer defined exit first. */
const settle = (state: State, after: Memberships, now: EpochMs, reason: Reason): void => {
  const before = state.profile.memberships
  const defined = state.audiences.map((audience) => audience.id)
  for (const audience of [...[...before.keys()].filter((id) => !defined.includes(id)), ...defined]) {
    if (before.has(audience) === after.has(audience)) continue
    const type = after.has(audience) ? 'audience.entered' : 'audience.exited'
    const seq = state.changes.length + 1
    state.changes.push({ type, audience, version: state.version, seq, effectiveAt: now, ...reason(audience) })
  }
  state.profile = { ...state.profile, memberships: after }
}

const byTime: Reason = () => ({ cause: 'time', causeIds: [null] })

/** Takes every flip due by `upTo`, each at its own instant (SPEC AU1, AU3). */
const passTime = (state: State, upTo: EpochMs): void => {
  const clockwork = clockworkOf(state.audiences)
  const due = (): EpochMs[] =>
    state.exists ? state.instantsOf(clockwork, state.history, state.profile, state.now, upTo) : []
  let instants = due()
  for (let instant = instants.shift(); instant !== undefined; instant = instants.shift()) {
    const flips = state.changes.length
    settle(state, membershipsAt(state.audiences, state.history, state.profile, instant), instant, byTime)
    state.now = instant
    // An entry is a moment from which `for` measures.
    if (state.changes.length > flips) instants = due()
  }
  state.now = upTo
}

/**
 * Evaluates what came. An audience flips by `consent` when it would not have flipped without the
 * new decisions; a new profile flips by what began it, a merged one by the merge.
 */
const take = (state: State, next: Partial<State>, profile: Profile, reason: ReturnType<Reason>): void => {
  const { profile: old, exists, now } = state
  Object.assign(state, { ...next, exists: true })
  const evaluate = (seen: Profile): Memberships => membershipsAt(state.audiences, state.history, seen, now)
  const byAllElse = evaluate({ ...profile, consent: old.consent })
  const mayBeByConsent = exists && (reason.cause === 'event' || reason.cause === 'import')
  const isByConsent = (audience: string): boolean =>
    mayBeByConsent && byAllElse.has(audience) === old.memberships.has(audience)
  const after = evaluate(profile)
  state.profile = { ...profile, memberships: old.memberships }
  settle(state, after, now, (audience) => (isByConsent(audience) ? { ...reason, cause: 'consent' } : reason))
}

const apply = (state: State, input: Input): void => {
  switch (input.kind) {
    case 'definition': {
      const causeIds = [...new Set([...state.audiences, ...input.audiences].map((audience) => audience.id))]
      state.audiences = inOrderOfDependence(input.audiences)
      state.version = input.version
      if (!state.exists) return
      const after = membershipsAt(state.audiences, state.history, state.profile, state.now)
      settle(state, after, state.now, () => ({ cause: 'definition', causeIds }))
      return
    }
    case 'request': {
      const { events, imported = false } = input
      const history = record(
        state.history,
        events.map((event) => (imported ? { ...event, imported } : event)),
      )
      const profile = { ...state.profile, consent: consentOf(history, state.merges), scores: scoresOf(history) }
      const causeIds = events.map((event) => event.messageId)
      take(state, { history }, profile, { cause: imported ? 'import' : 'event', causeIds })
      return
    }
    case 'merge': {
      const { mergeId, events } = input
      const merges = [...state.merges, { mergeId, at: state.now }]
      const history = record(
        state.history,
        events.map((event) => ({ ...event, mergeId })),
      )
      const profile = { ...state.profile, consent: consentOf(history, merges), scores: scoresOf(history) }
      take(state, { history, merges }, profile, { cause: 'merge', causeIds: [mergeId] })
      return
    }
  }
}

/**
 * The exact audience changes that one profile must emit (SPEC AU1–AU6), and what it has become.
 *
 * @param hashes pass those that the engine uses
 * @param instantsOf the instants to look at between inputs; a test of the oracle looks at every one
 */
export const simulate = (scenario: Scenario, hashes: Hashes, instantsOf: typeof candidates = candidates): Outcome => {
  const { profileId, policy, identifierTypes } = scenario
  const state: State = {
    now: Number.NEGATIVE_INFINITY,
    exists: false,
    history: [],
    merges: [],
    profile: { profileId, policy, identifierTypes, consent: {}, memberships: new Map(), scores: {}, ...hashes },
    audiences: [],
    version: 0,
    changes: [],
    instantsOf,
  }
  for (const input of scenario.inputs) {
    passTime(state, Math.max(state.now, input.at))
    apply(state, input)
  }
  passTime(state, Math.max(state.now, scenario.until))
  return { changes: state.changes, history: state.history, profile: state.profile }
}
