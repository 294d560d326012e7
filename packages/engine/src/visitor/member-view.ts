import type { AudienceChange, ConsentPolicy, EpochMs } from '@spartito/protocol'
import { own } from '../own.ts'
import { changeBody } from './change-body.ts'
import type { VisitorState } from './state.ts'

/** What a change would say of a profile that is in an audience already (SPEC DE7). */
export interface MemberView
  extends Pick<AudienceChange, 'profileId' | 'seq' | 'identifiers' | 'traits' | 'consent' | 'truncated'> {
  /** since when it is a member; null when it is none */
  since: EpochMs | null
  policy: ConsentPolicy
}

/**
 * A profile as one of its audiences sees it; null when its object hosts none. Its `seq` is that of its newest change, so that it comes
 * after all that was said before and before all that is said later.
 */
export const viewMember = (state: VisitorState, audience: string): MemberView | null => {
  if (state.role.kind === 'linked' || state.fragments.length === 0) return null
  const since = own(state.memberships, audience)?.since ?? null
  return { profileId: state.profileId, seq: state.seq, since, policy: state.policy, ...changeBody(state) }
}
