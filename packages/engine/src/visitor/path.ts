import { type Identifier, identifierKey } from '@spartito/protocol'
import { maxIdentifiers } from '../identity/limits.ts'
import { currentOwner } from '../identity/ownership.ts'
import { sameIdentifier } from './claim.ts'
import { mayOwn } from './device-claim.ts'
import type { Claimant, VisitorState } from './state.ts'

/** Whether an identifier is this profile's, or is about to be: what it passes on is taken here (SPEC ID4). */
export const holds = ({ identifiers, claims }: VisitorState, identifier: Identifier): boolean =>
  // Of more than it may know it cannot tell.
  identifiers.length >= maxIdentifiers ||
  identifiers.some((known) => !known.isRefused && sameIdentifier(known, identifier)) ||
  Object.values(claims).some(
    ({ step, identifier: claimed }) =>
      (step === 'asking' || step === 'pulling' || step === 'closing') && sameIdentifier(claimed, identifier),
  )

/** The merged person of a key, as this profile knows them. */
export const mergedPerson = ({ identifiers }: VisitorState, key: string | undefined): Claimant | undefined => {
  const known = key === undefined ? undefined : identifiers.find((its) => identifierKey(its) === key)
  return known && { type: known.type, value: known.value, class: known.class }
}

/**
 * Whose events are these, of the persons merged into this profile (ID14): the one who passed them on, or whose the identifier is
 * that did. Undefined for the host's own.
 *
 * @param via the linked identifier that they came by
 */
export const sideOf = (state: VisitorState, via: Claimant | undefined): Claimant | undefined => {
  if (!via || sameIdentifier(via, state.self)) return undefined
  if (via.class === 'person') return via
  return mergedPerson(state, state.identifiers.find((known) => sameIdentifier(known, via))?.of)
}

/** The merged person on whose behalf an identifier is claimed or let go of: whose it is already, else whose events show it. */
export const claimantFor = (
  state: VisitorState,
  known: { of?: string } | undefined,
  side: Claimant | undefined,
): Claimant | undefined => (known ? mergedPerson(state, known.of) : side)

/** Where what is passed on goes, and in whose name. */
export interface Way {
  /** the object to call */
  address: Claimant
  /** the linked identifier that it is passed on for; the one called hosts it, or knows who does */
  via: Claimant | undefined
}

/**
 * The way of what an object passes on to the one that it links to, or a device to its owner (ID4): straight to where that one has
 * moved, once an answer has said so.
 *
 * @param via by whom it came here
 */
export const wayTo = ({ self, role, owners = [] }: VisitorState, to: Claimant, via: Claimant | undefined): Way => {
  // A device's owner is whose its events are; of a link it is the linked identifier.
  if (mayOwn(to, self)) {
    const owner = currentOwner(owners)
    const host = owner && sameIdentifier(owner.owner, to) ? owner.host : undefined
    return { address: host ?? to, via: host ? to : undefined }
  }
  const host = role.kind === 'linked' && sameIdentifier(role.to, to) ? role.host : undefined
  return { address: host ?? to, via: via ?? self }
}

/** The state that knows where what it passed on was taken; the same when that is no news. */
export const rememberHost = (state: VisitorState, to: Claimant, taken: Claimant): VisitorState => {
  const isDirect = sameIdentifier(to, taken)
  const { type, value, class: its } = taken
  const withHost = <T extends { host?: Claimant }>(link: T): T => {
    const { host, ...rest } = link
    if (isDirect ? host === undefined : host !== undefined && sameIdentifier(host, taken)) return link
    return (isDirect ? rest : { ...rest, host: { type, value, class: its } }) as T
  }
  const { role, owners } = state
  if (role.kind === 'linked' && sameIdentifier(role.to, to)) {
    const link = withHost(role)
    return link === role ? state : { ...state, role: link }
  }
  const owner = owners && currentOwner(owners)
  if (!owners || !owner || !sameIdentifier(owner.owner, to)) return state
  const known = withHost(owner)
  return known === owner ? state : { ...state, owners: owners.with(-1, known) }
}

/** Where all that concerns this identifier goes: it has joined another, or is on its way there; undefined while it hosts. */
export const movedTo = ({ role }: VisitorState): Claimant | undefined =>
  role.kind === 'linked' || (role.kind === 'moving' && !role.fragments) ? role.to : undefined

/** Those whose events are on their way to this profile. */
export const comingFrom = ({ claims }: VisitorState): Claimant[] =>
  Object.values(claims).flatMap(({ step, identifier }) => (step === 'pulling' ? [identifier] : []))
