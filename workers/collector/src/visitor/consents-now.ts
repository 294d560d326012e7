import { consentOf, movedTo, type VisitorState } from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { maxHops } from './requests.ts'

interface Peer {
  consents(hops: number): Promise<string | null>
}

/** What a profile consents to, and what a purpose that nobody decided means for it; one that has moved answers where it is now. */
export const consentsNow = async (
  state: VisitorState | undefined,
  peer: (identifier: Identifier) => Peer,
  hops: number,
): Promise<string | null> => {
  if (!state) return null
  const to = movedTo(state)
  if (to) return hops < maxHops ? peer(to).consents(hops + 1) : null
  if (state.fragments.length === 0) return null
  return JSON.stringify({ consent: consentOf(state.fragments), policy: state.policy })
}
