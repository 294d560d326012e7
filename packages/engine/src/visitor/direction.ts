import { type EpochMs, identifierClasses, identifierKey } from '@spartito/protocol'
import { currentOwner } from '../identity/ownership.ts'
import type { ClaimMessage } from './claim.ts'
import type { Claimant, VisitorState } from './state.ts'

export const rankOf = ({ class: its }: Claimant): number => identifierClasses.indexOf(its)

/** When this profile was first seen, as far as its events say; of one that has none, the latest instant. */
export const firstSeenOf = ({ fragments }: VisitorState): EpochMs =>
  fragments.reduce((first, { firstSeen }) => Math.min(first, firstSeen), Number.MAX_SAFE_INTEGER)

/** Whether a claimed identity may join, and one that is vouched for (ID6, ID11). */
const mayJoin = (state: VisitorState, { claimant, verified }: ClaimMessage): boolean => {
  if (rankOf(claimant) > rankOf(state.self)) return false
  // Another device does not take what belongs to a person.
  if (state.self.class === 'device' && currentOwner(state.owners ?? [])) return false
  const held = state.identifiers.filter(({ isRefused }) => !isRefused).map(rankOf)
  const strongest = Math.min(rankOf(state.self), ...held)
  // A claimed identity never joins two hosts that both hold person or contact identifiers (ID11); persons never join (ID6).
  return strongest >= identifierClasses.indexOf(verified ? 'contact' : 'device')
}

/**
 * Which of two profiles would host (SPEC ID5): that of the stronger class, then the older, then the one of the smaller name. Links
 * lead only upward, so no cycle can exist. Both sides judge by the ages that their claims were made with.
 *
 * @returns whether this profile joins the claimant, the claimant this one, or neither
 */
export const directionOf = (state: VisitorState, message: ClaimMessage): 'join' | 'reverse' | 'neither' => {
  const { claimant, basis, firstSeen = 0 } = message
  const { self, claims } = state
  const isEmpty = state.fragments.length === 0 && state.identifiers.length === 0
  if (isEmpty) return 'join'
  if (basis === undefined && !mayJoin(state, message)) return 'neither'
  const theirRank = rankOf(claimant) - rankOf(self)
  if (theirRank !== 0) return theirRank < 0 ? 'join' : 'reverse'
  const key = identifierKey(claimant)
  const counter = Object.values(claims).find(
    ({ step, identifier }) => step === 'asking' && identifierKey(identifier) === key,
  )
  const age = firstSeen - (counter?.firstSeen ?? firstSeenOf(state))
  const isTheirs = age !== 0 ? age < 0 : key < identifierKey(self)
  return isTheirs ? 'join' : 'reverse'
}
