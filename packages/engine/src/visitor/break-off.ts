import { type EpochMs, identifierKey } from '@spartito/protocol'
import { isTripped, showWith } from '../identity/breaker.ts'
import { currentOwner, endOwnership } from '../identity/ownership.ts'
import { type ClaimMessage, newClaim } from './claim.ts'
import type { Claim, Claimant, VisitorState } from './state.ts'

/** Counts the person that a claim shows a contact or device with, and blocks it when they are too many (SPEC ID3). */
export const countPerson = (state: VisitorState, { claimant, at }: ClaimMessage): VisitorState => {
  const canBeShared = state.self.class === 'contact' || state.self.class === 'device'
  if (claimant.class !== 'person' || !canBeShared || state.blockedAt !== undefined) return state
  const shownWith = showWith(state.shownWith ?? {}, claimant, at)
  return { ...state, shownWith, ...(isTripped(shownWith) && { blockedAt: at }) }
}

const ownerOf = ({ role, owners = [] }: VisitorState): Claimant | undefined =>
  role.kind === 'linked' ? role.to : currentOwner(owners)?.owner

/**
 * What is blocked belongs to nobody from then on: what it brought before stays where it is, and who had it is told. What is on
 * its way to a profile arrives first.
 */
export const standAlone = (state: VisitorState, { at, session }: ClaimMessage, now: EpochMs): VisitorState => {
  const owner = ownerOf(state)
  if (!owner || state.role.kind === 'moving') return state
  const owners = state.owners && endOwnership(state.owners, at)
  const errand: Claim = {
    ...newClaim(state.self, owner, { verified: false, at, session }, now),
    step: 'telling',
    ...(owners && { claimSeq: owners.at(-1)!.claimSeq }),
  }
  return {
    ...state,
    role: { kind: 'host' },
    ...(owners && { owners }),
    claims: { ...state.claims, [`tell ${identifierKey(owner)}`]: errand },
  }
}

/** An administrator has looked at it: it may stitch again, and is counted anew (ID3). */
export const unblock = (state: VisitorState): VisitorState => {
  const { blockedAt: _blockedAt, shownWith: _shownWith, ...released } = state
  return released
}
