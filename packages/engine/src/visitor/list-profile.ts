import type { EpochMs, ProfileNotice } from '@spartito/protocol'
import type { VisitorState } from './state.ts'

/**
 * What the roster needs to be told when a state is about to be stored: the object has begun to host events, or what it
 * hosted has moved into another (SPEC AU5) or expired (ID15). Nothing while it knows the truth.
 *
 * A beginning travels with the events of the commit where there are any (`untold`), since a message, an outbox row and a
 * confirmation of its own would cost more than all else of a new profile. Without events, as after a merge, it is for the
 * outbox, as is every end.
 *
 * @param isExpired the step has ended the profile (ID15): what it hosted has gone and not moved
 * @returns the state to store, and the notice for the outbox
 */
export const listProfile = (
  state: VisitorState,
  emittedAt: EpochMs,
  hasEvents: boolean,
  isExpired = false,
): { state: VisitorState; notice: ProfileNotice | undefined } => {
  const isHosting = state.role.kind !== 'linked' && state.fragments.length > 0
  const isListed = state.listings % 2 === 1
  if (isHosting === isListed) return { state, notice: undefined }
  const { untold: _old, ...rest } = state
  const listings = state.listings + 1
  const { profileId, version, commit } = state
  const type = isHosting ? 'profile.created' : 'profile.ended'
  const notice: ProfileNotice = { type, profileId, order: listings, version, emittedAt }
  if (!isHosting) notice.cause = isExpired ? 'expiry' : 'merge'
  if (isHosting && hasEvents)
    return { state: { ...rest, listings, untold: { notice, sinceCommit: commit } }, notice: undefined }
  return { state: { ...rest, listings }, notice }
}
