import type { AudienceChange, EpochMs, Event } from '@spartito/protocol'
import { eventName } from '@spartito/protocol'
import { type CountMemory, emptyCount } from '../audience/event-count.ts'
import { type Fragment, remember } from '../profile/fragment.ts'
import { decideAudiences, takeFlips } from './decide-audiences.ts'
import type { VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** Gives a fragment the memory of counts that are new to it, from the events that its ledger still has. */
const recall = (fragment: Fragment, plan: Plan, ledger: Ledger): Fragment => {
  const memory: Record<string, CountMemory> = {}
  const missing = plan.audiences.counts.filter(({ key }) => {
    const known = Object.hasOwn(fragment.memory, key)
    if (known) memory[key] = fragment.memory[key]!
    return !known
  })
  let recalled: Fragment = { ...fragment, memory }
  if (missing.length === 0) return recalled
  for (const json of ledger.read(fragment.id)) {
    const event = JSON.parse(json) as Event
    const name = eventName(event)
    recalled = remember(
      recalled,
      event,
      missing.filter(({ event: counted }) => counted === name),
    )
  }
  for (const { key } of missing)
    if (!Object.hasOwn(recalled.memory, key))
      recalled = { ...recalled, memory: { ...recalled.memory, [key]: emptyCount } }
  return recalled
}

/** The state with what the plan's audiences need to remember, when the plan is newer than the version last used. */
const recallAll = (state: VisitorState, plan: Plan, ledger: Ledger): VisitorState => ({
  ...state,
  version: plan.version,
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
  const isNewer = plan.version > before.version
  const recalled = isNewer ? recallAll(before, plan, ledger) : before
  const flipped = takeFlips(recalled, plan, until, emittedAt)
  const state = { ...flipped.state, now: Math.max(flipped.state.now, until) }
  if (!isNewer || state.role.kind !== 'host' || state.fragments.length === 0) return { ...flipped, state }
  const ids = new Set([...plan.audiences.byId.keys(), ...Object.keys(state.memberships), ...Object.keys(state.flips)])
  const reason = { cause: 'definition', causeId: `version ${plan.version}`, at: state.now, emittedAt } as const
  const decided = decideAudiences(state, plan, ids, reason)
  return { state: decided.state, changes: [...flipped.changes, ...decided.changes] }
}
