import type { AudienceChange, EpochMs } from '@spartito/protocol'
import { memoryVersion } from '../audience/compile-leaf.ts'
import { decideAudiences, takeFlips } from './decide-audiences.ts'
import { recall } from './recall.ts'
import type { VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** The state with what the plan's audiences need to remember, when the plan is newer than the version last used. */
const recallAll = (state: VisitorState, plan: Plan, ledger: Ledger): VisitorState => ({
  ...state,
  version: plan.version,
  memoryVersion,
  fragments: state.fragments.map((fragment) => recall(fragment, plan, ledger)),
})

/**
 * Brings a profile up to `until` and to the plan's version: flips that are due are taken at their planned instants
 * (AU1), then a newer version is decided at `until` (AU5), each difference once with cause `definition`; an audience that
 * is gone is exited. A version older than the one used changes nothing.
 *
 * @param emittedAt the collector's clock
 */
export const catchUp = (
  before: VisitorState,
  plan: Plan,
  ledger: Ledger,
  until: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  // Memory in another form says nothing of a leaf, so it is as new as one of a newer version.
  const isNewer =
    plan.version > before.version || (plan.version === before.version && before.memoryVersion !== memoryVersion)
  const recalled = isNewer ? recallAll(before, plan, ledger) : before
  const flipped = takeFlips(recalled, plan, until, emittedAt)
  const state = { ...flipped.state, now: Math.max(flipped.state.now, until) }
  if (!isNewer || state.role.kind !== 'host' || state.fragments.length === 0) return { ...flipped, state }
  const ids = new Set([...plan.audiences.byId.keys(), ...Object.keys(state.memberships), ...Object.keys(state.flips)])
  const reason = { cause: 'definition', causeId: `version ${plan.version}`, at: state.now, emittedAt } as const
  const decided = decideAudiences(state, plan, ids, reason)
  return { state: decided.state, changes: [...flipped.changes, ...decided.changes] }
}
