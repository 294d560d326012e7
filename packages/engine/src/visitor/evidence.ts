import type { EpochMs } from '@spartito/protocol'
import type { Evidence } from '../audience/leaf.ts'
import { consentOf } from '../profile/decided-consent.ts'
import type { VisitorState } from './state.ts'

/** Types of the identifiers that a profile has: its own object's, and those that nobody refused it. */
export const typesOf = ({ self, identifiers }: VisitorState): Set<string> =>
  new Set([self.type, ...identifiers.filter(({ isRefused }) => !isRefused).map(({ type }) => type)])

/** @param memberships of the audiences decided so far; it may grow while they are decided */
export const evidenceOf = (
  state: VisitorState,
  memberships: Readonly<Record<string, { since: EpochMs }>> = state.memberships,
): Evidence => ({
  profileId: state.profileId,
  fragments: state.fragments,
  policy: state.policy,
  identifierTypes: typesOf(state),
  consent: consentOf(state.fragments),
  memberships,
})
