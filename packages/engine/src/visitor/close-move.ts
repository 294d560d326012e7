import type { AudienceChange, EpochMs } from '@spartito/protocol'
import { catchUp } from './catch-up.ts'
import type { CloseMessage } from './claim.ts'
import { decideAudiences, emitChange } from './decide-audiences.ts'
import type { Link, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/**
 * Ends the move of some fragments, a device's (ID8) or what is taken out of a profile (ID14): it hosts the others, and is in the
 * audiences that they alone hold up (AU6).
 */
const closePartialMove = (
  before: VisitorState,
  { fragments: moved, unmerges }: { fragments: readonly number[]; unmerges?: string },
  message: CloseMessage,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  const fragments = before.fragments.filter(({ id }) => !moved.includes(id))
  const leaving = [...(before.leaving ?? []), ...moved]
  const at = Math.max(before.now, now)
  const { granted: _granted, ...kept } = before
  const host: VisitorState = { ...kept, now: at, role: { kind: 'host' }, fragments, leaving }
  const current = fragments.length > 0 ? catchUp(host, plan, ledger, at, emittedAt) : { state: host, changes: [] }
  const ids = new Set([...Object.keys(current.state.memberships), ...Object.keys(current.state.flips)])
  // What somebody else's doing had kept it out of, too.
  if (unmerges !== undefined) for (const id of plan.audiences.byId.keys()) ids.add(id)
  const cause = unmerges === undefined ? 'merge' : 'unmerge'
  const reason = { cause, causeId: unmerges ?? message.mergeId, at, emittedAt } as const
  // Who has nothing left is nobody, whatever holds for somebody who has done nothing.
  const empty: Plan = { ...plan, audiences: { ...plan.audiences, byId: new Map() } }
  const inOrder = [...ids].sort().reverse()
  const decided = decideAudiences(current.state, fragments.length > 0 ? plan : empty, inOrder, reason)
  const changes = decided.changes.map(
    (change): AudienceChange =>
      change.type === 'audience.exited'
        ? {
            ...change,
            cause,
            version: current.state.version,
            ...(cause === 'merge' && {
              mergedInto: { profileId: message.profileId, isMember: message.audiences.includes(change.audience) },
            }),
          }
        : change,
  )
  return { state: decided.state, changes: [...current.changes, ...changes] }
}

/**
 * Ends the loser's part: it only links from now on, or, a device, hosts what has not moved. It leaves its audiences in favour of
 * the survivor (AU6).
 */
export const closeMove = (
  before: VisitorState,
  message: CloseMessage,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  const { role } = before
  if (role.kind !== 'moving' || role.mergeId !== message.mergeId) return { state: before, changes: [] }
  const { fragments, unmerges } = role
  if (fragments)
    return closePartialMove(before, { fragments, ...(unmerges && { unmerges }) }, message, plan, ledger, now, emittedAt)
  let state: VisitorState = { ...before, now: Math.max(before.now, now) }
  const changes: AudienceChange[] = []
  for (const audience of Object.keys(before.memberships).sort()) {
    const reason = { cause: 'merge', causeId: message.mergeId, at: state.now, emittedAt } as const
    const emitted = emitChange(state, audience, false, before.version, reason)
    state = emitted.state
    const isMember = message.audiences.includes(audience)
    changes.push({ ...emitted.change, mergedInto: { profileId: message.profileId, isMember } })
  }
  const { to, mergeId, since, verified } = role
  const link: Link = { kind: 'linked', to, mergeId, since, ...(verified === false && { verified }) }
  return { state: { ...state, role: link, memberships: {}, flips: {} }, changes }
}
