import type { EpochMs, ProfileNotice } from '@spartito/protocol'
import type { VisitorState } from './state.ts'

/**
 * The notice that the roster needs when a state is about to be stored: the object has begun to host events, or what it
 * hosted has moved into another (SPEC AU5). None while it knows the truth.
 */
export const listProfile = (
  state: VisitorState,
  emittedAt: EpochMs,
): { state: VisitorState; notice: ProfileNotice | undefined } => {
  const isHosting = state.role.kind !== 'linked' && state.fragments.length > 0
  const isListed = state.listings % 2 === 1
  if (isHosting === isListed) return { state, notice: undefined }
  const listings = state.listings + 1
  const { profileId, version } = state
  const type = isHosting ? 'profile.created' : 'profile.ended'
  return { state: { ...state, listings }, notice: { type, profileId, order: listings, version, emittedAt } }
}
