import { type EpochMs, type Identifier, identifierKey, type Json, normalizeIdentifier } from '@spartito/protocol'
import { createJudge, evaluate } from '../audience/evaluate.ts'
import { own } from '../own.ts'
import { consentDecisions } from '../profile/decided-consent.ts'
import type { EventSummary, FragmentConsent } from '../profile/fragment.ts'
import { decisionsOf, type KeptDecision } from '../profile/kept-decisions.ts'
import { shownEvents } from '../profile/shown-events.ts'
import { type ShownSessions, shownSessions } from '../profile/shown-sessions.ts'
import { type ShownTrait, shownTraits } from '../profile/shown-traits.ts'
import { evidenceOf } from './evidence.ts'
import type { IdentityRefusal, KnownIdentifier, VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** An identifier of a profile: who it is, and when it was seen. */
export type ShownIdentifier = Pick<KnownIdentifier, 'type' | 'value' | 'class' | 'verified' | 'firstSeen' | 'lastSeen'>

/** A profile as administrators see it (SPEC AD). */
export interface ProfileView {
  profileId: string
  host: Identifier
  identifiers: ShownIdentifier[]
  traits: Record<string, ShownTrait>
  /** how many of them are not shown, since merged sides have more than a profile may (PR2) */
  traitsLeftOut?: number
  events: Record<string, EventSummary>
  sessions: ShownSessions
  recent: Json[]
  audiences: { id: string; since: EpochMs; version: number; next: EpochMs | null }[]
  consent: Record<string, FragmentConsent>
  /** the decisions that were made, the newest first, 50 at most (CO1) */
  decisions: KeptDecision[]
  refusals: IdentityRefusal[]
}

/** What its claims are kept by is told by the graph alone. */
export const shownIdentifier = ({
  type,
  value,
  class: its,
  verified,
  firstSeen,
  lastSeen,
}: KnownIdentifier): ShownIdentifier => ({
  type,
  value,
  class: its,
  verified,
  firstSeen,
  lastSeen,
})

/** @param recent the newest events, newest first */
export const viewProfile = (state: VisitorState, recent: Json[]): ProfileView => {
  const { traits, leftOut } = shownTraits(state.fragments)
  return {
    profileId: state.profileId,
    host: { type: state.self.type, value: state.self.value },
    identifiers: state.identifiers.filter(({ isRefused }) => !isRefused).map(shownIdentifier),
    traits,
    ...(leftOut > 0 && { traitsLeftOut: leftOut }),
    events: shownEvents(state.fragments),
    sessions: shownSessions(state.fragments),
    recent,
    audiences: Object.entries(state.memberships)
      .map(([id, { since, version }]) => ({ id, since, version, next: own(state.flips, id) ?? null }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    consent: consentDecisions(state.fragments),
    decisions: decisionsOf(state.fragments),
    refusals: state.refusals,
  }
}

export interface Asker {
  /** the anonymousId that asks, as sent; undefined when there is none */
  anonymousId: string | undefined
  /** whether its identity is verified: then it sees the whole profile */
  verified: boolean
}

/**
 * The audiences that hold on what one device brought, decided anew in their order. One that asks how long a membership has
 * lasted is never among them, nor what depends on it: a part of a profile has no such history.
 */
const audiencesOfDevice = (state: VisitorState, plan: Plan, device: Identifier): Set<string> => {
  const fragments = state.fragments.filter(({ identifier }) => identifierKey(identifier) === identifierKey(device))
  const members: Record<string, { since: EpochMs }> = {}
  const ofDevice = { ...state, self: { ...device, class: 'device' as const }, identifiers: [], fragments }
  const evidence = evidenceOf(ofDevice, members)
  const judge = createJudge(evidence, state.now)
  const unknowable = new Set<string>()
  const asked = new Set(plan.audiences.exposed.flatMap(({ closure }) => closure))
  for (const id of [...asked].sort((a, b) => plan.audiences.byId.get(a)!.rank - plan.audiences.byId.get(b)!.rank)) {
    const audience = plan.audiences.byId.get(id)!
    if (audience.leaves.some(({ isOfHistory }) => isOfHistory) || audience.closure.some((of) => unknowable.has(of)))
      unknowable.add(id)
    else if (evaluate(audience, evidence, judge).isMember) members[id] = { since: state.now }
  }
  return new Set(Object.keys(members))
}

/**
 * The exposed audiences that the asker may know (WI4, ID11), sorted: those of the whole profile when verified, else
 * those that hold on what the asking device itself brought.
 */
export const exposedAudiences = (state: VisitorState, plan: Plan, { anonymousId, verified }: Asker): string[] => {
  const { exposed, byId } = plan.audiences
  if (exposed.length === 0) return []
  const value = normalizeIdentifier('anonymous_id', anonymousId) ?? ''
  const isOwn = ({ identifier }: { identifier: Identifier }): boolean =>
    identifier.value === value && identifier.type === 'anonymous_id'
  const isShown = (id: string): boolean => byId.get(id)?.expose === true
  // Asked with each request, and nearly always of a profile of one device.
  if (verified || state.fragments.every(isOwn)) return Object.keys(state.memberships).filter(isShown).sort()
  if (!state.fragments.some(isOwn)) return []
  return [...audiencesOfDevice(state, plan, { type: 'anonymous_id', value })].filter(isShown).sort()
}
