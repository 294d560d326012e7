import type { AudienceChange, EpochMs, Event } from '@spartito/protocol'
import { memoryVersion } from '../audience/compile-leaf.ts'
import { indexEvents } from '../audience/event-index.ts'
import type { Leaf } from '../audience/leaf.ts'
import { otherEvents } from '../profile/bounds.ts'
import { draftOf, remember } from '../profile/fold.ts'
import type { Fragment } from '../profile/fragment.ts'
import { decideAudiences, takeFlips } from './decide-audiences.ts'
import type { VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** Whether a fragment has events that a leaf could be about. */
const hasEventsFor = ({ events }: Fragment, leaf: Leaf): boolean =>
  Object.hasOwn(events, otherEvents) || leaf.events!.feeds.some(({ event }) => Object.hasOwn(events, event))

/**
 * Gives a fragment the memory of leaves that are new to it, from the events that its ledger still has, and drops what no
 * leaf needs. A leaf that no event was about has no memory, so it may be looked for again: that finds nothing again.
 */
const recall = (fragment: Fragment, plan: Plan, ledger: Ledger): Fragment => {
  const draft: Fragment = { ...draftOf(fragment), memory: {} }
  const memory = draft.memory as Record<string, unknown>
  const since: Record<string, EpochMs> = {}
  const missing: Leaf[] = []
  const wholeSince = ledger.wholeSince?.(fragment.id)
  for (const leaf of plan.audiences.remembering) {
    const { key } = leaf
    const known = fragment.historySince?.[key]
    if (Object.hasOwn(fragment.memory, key)) {
      memory[key] = fragment.memory[key]
      if (known !== undefined) since[key] = known
    } else if (hasEventsFor(fragment, leaf)) {
      missing.push(leaf)
      if (wholeSince !== undefined) since[key] = known ?? wholeSince
    }
  }
  delete draft.historySince
  if (Object.keys(since).length > 0) draft.historySince = since
  if (missing.length === 0) return draft
  const index = indexEvents(missing)
  for (const json of ledger.read(fragment.id)) remember(draft, JSON.parse(json) as Event, index)
  return draft
}

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
