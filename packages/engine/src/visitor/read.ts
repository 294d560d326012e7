import { type EpochMs, type Identifier, type Json, normalizeIdentifier } from '@spartito/protocol'
import { evaluate } from '../audience/evaluate.ts'
import { own } from '../own.ts'
import { consentDecisions, type EventSummary, type FragmentConsent, type Trait, traitOf } from '../profile/fragment.ts'
import type { IdentityRefusal, KnownIdentifier, VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** A profile as administrators see it (SPEC AD). */
export interface ProfileView {
  profileId: string
  host: Identifier
  identifiers: KnownIdentifier[]
  traits: Record<string, Trait & { identifier: Identifier }>
  events: Record<string, EventSummary>
  recent: Json[]
  audiences: { id: string; since: EpochMs; version: number; next: EpochMs | null }[]
  consent: Record<string, FragmentConsent>
  refusals: IdentityRefusal[]
}

const sumEvents = (state: VisitorState): Record<string, EventSummary> => {
  const sums: Record<string, EventSummary> = {}
  for (const { events } of state.fragments)
    for (const [name, { count, first, last }] of Object.entries(events)) {
      const sum = own(sums, name)
      sums[name] = {
        count: (sum?.count ?? 0) + count,
        first: Math.min(sum?.first ?? first, first),
        last: Math.max(sum?.last ?? last, last),
      }
    }
  return sums
}

/** @param recent the newest events, newest first */
export const viewProfile = (state: VisitorState, recent: Json[]): ProfileView => {
  const names = [...new Set(state.fragments.flatMap(({ traits }) => Object.keys(traits)))].sort()
  return {
    profileId: state.profileId,
    host: { type: state.self.type, value: state.self.value },
    identifiers: state.identifiers.filter(({ isRefused }) => !isRefused),
    traits: Object.fromEntries(names.map((name) => [name, traitOf(state.fragments, name)!])),
    events: sumEvents(state),
    recent,
    audiences: Object.entries(state.memberships)
      .map(([id, { since, version }]) => ({ id, since, version, next: own(state.flips, id) ?? null }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    consent: consentDecisions(state.fragments),
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
 * The exposed audiences that the asker may know (WI4, ID11), sorted: those of the whole profile when verified, else
 * those that hold on what the asking device itself brought.
 */
export const exposedAudiences = (state: VisitorState, plan: Plan, { anonymousId, verified }: Asker): string[] => {
  const { exposed } = plan.audiences
  if (exposed.length === 0) return []
  const isOwn = ({ identifier: { type, value } }: { identifier: Identifier }): boolean =>
    type === 'anonymous_id' && (value === anonymousId || value === normalizeIdentifier(type, anonymousId))
  if (verified || state.fragments.every(isOwn))
    return exposed
      .map(({ id }) => id)
      .filter((id) => Object.hasOwn(state.memberships, id))
      .sort()
  const fragments = state.fragments.filter(isOwn)
  if (fragments.length === 0) return []
  const evidence = { fragments, policy: state.policy }
  return exposed
    .filter((audience) => evaluate(audience, evidence, state.now).isMember)
    .map(({ id }) => id)
    .sort()
}
