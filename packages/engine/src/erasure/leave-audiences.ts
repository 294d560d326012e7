import type { AudienceChange, EpochMs } from '@spartito/protocol'
import { emitChange } from '../visitor/decide-audiences.ts'
import type { VisitorState } from '../visitor/state.ts'
import type { Step } from '../visitor/step.ts'

/**
 * The profile leaves all its audiences since its person is erased (SPEC CO7): the exits carry the identifiers, without which no tool could
 * take anybody out. It decides nothing more, and claims nothing. Pure.
 */
export const leaveAudiences = (before: VisitorState, now: EpochMs): Step => {
  let state: VisitorState = { ...before, now: Math.max(before.now, now) }
  const changes: AudienceChange[] = []
  const causeId = before.erasing?.id ?? null
  for (const audience of Object.keys(before.memberships).sort()) {
    const reason = { cause: 'erasure', causeId, at: state.now, emittedAt: now } as const
    const emitted = emitChange(state, audience, false, before.version, reason)
    state = emitted.state
    changes.push(emitted.change)
  }
  return { state: { ...state, memberships: {}, flips: {}, claims: {} }, changes, appends: [] }
}
