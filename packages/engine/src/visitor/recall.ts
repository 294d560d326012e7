import { type EpochMs, eventName } from '@spartito/protocol'
import { indexEvents } from '../audience/event-index.ts'
import type { Leaf } from '../audience/leaf.ts'
import { otherEvents } from '../profile/bounds.ts'
import { draftOf, remember } from '../profile/fold.ts'
import type { Aggregates, Base, Fragment } from '../profile/fragment.ts'
import { canRead, type KeptEvent } from '../profile/slim-event.ts'
import { readLedger } from './ledger.ts'
import type { Ledger, Plan } from './step.ts'

/** Whether there are events that a leaf could be about. */
const hasEventsFor = ({ events }: Aggregates, leaf: Leaf): boolean =>
  Object.hasOwn(events, otherEvents) || leaf.events!.feeds.some(({ event }) => Object.hasOwn(events, event))

/** A leaf does not know the events up to an instant. */
const knowsFrom = (draft: Fragment, { key }: Leaf, since: EpochMs): void => {
  const known = draft.historySince?.[key] ?? 0
  if (since > known) draft.historySince = { ...draft.historySince, [key]: since }
}

/** Notes what leaves cannot read of a slim event, so that explain can say since when they know. */
const noteUnread = (draft: Fragment, event: KeptEvent, leaves: readonly Leaf[]): void => {
  if (event.slim === undefined) return
  const name = eventName(event)
  for (const leaf of leaves)
    if (leaf.events!.feeds.some((feed) => feed.event === name) && !canRead(leaf, draft.base?.kept[event.slim]))
      knowsFrom(draft, leaf, event.receivedAt + 1)
}

/** What a base remembers for the plan's leaves, and no others. */
const memoryOf = (base: Base, plan: Plan): Base['memory'] =>
  Object.fromEntries(
    plan.audiences.remembering.flatMap(({ key }) => (Object.hasOwn(base.memory, key) ? [[key, base.memory[key]]] : [])),
  )

/** Notes that a leaf knows nothing of what was dropped. */
const noteDropped = (draft: Fragment, leaf: Leaf): void => {
  const { base } = draft
  if (base?.until === undefined || Object.hasOwn(base.memory, leaf.key) || !hasEventsFor(base, leaf)) return
  knowsFrom(draft, leaf, base.until + 1)
}

/**
 * Gives a fragment the memory of leaves that are new to it, from the events that its ledger still has, and drops what no
 * leaf needs. A leaf that no event was about has no memory, so it may be looked for again: that finds nothing again.
 */
export const recall = (fragment: Fragment, plan: Plan, ledger: Ledger): Fragment => {
  const draft: Fragment = { ...draftOf(fragment), memory: {} }
  if (fragment.base) draft.base = { ...fragment.base, memory: memoryOf(fragment.base, plan) }
  const memory = draft.memory as Record<string, unknown>
  delete draft.historySince
  const missing: Leaf[] = []
  for (const leaf of plan.audiences.remembering) {
    const { key } = leaf
    const known = fragment.historySince?.[key]
    if (known !== undefined) knowsFrom(draft, leaf, known)
    if (Object.hasOwn(fragment.memory, key)) {
      memory[key] = fragment.memory[key]
    } else if (hasEventsFor(fragment, leaf)) {
      missing.push(leaf)
      noteDropped(draft, leaf)
    }
  }
  if (missing.length === 0) return draft
  const index = indexEvents(missing)
  for (const event of readLedger(ledger, fragment.id)) {
    noteUnread(draft, event, missing)
    remember(draft, event, index)
  }
  return draft
}

/** A fragment with what another object has folded of it (ID12): the events that its ledger still has are to follow. */
export const withBase = (
  fragment: Fragment,
  base: Base,
  historySince: Fragment['historySince'],
  plan: Plan,
): Fragment => {
  const memory = memoryOf(base, plan)
  const { until: _until, kept: _kept, ...aggregates } = base
  const draft: Fragment = { ...fragment, ...draftOf({ ...aggregates, memory }), base: { ...base, memory } }
  for (const leaf of plan.audiences.remembering) {
    const known = historySince?.[leaf.key]
    if (known !== undefined) knowsFrom(draft, leaf, known)
    noteDropped(draft, leaf)
  }
  return draft
}

/** `remember` for an event that came with a base. */
export const noteMoved = (draft: Fragment, event: KeptEvent, plan: Plan): void =>
  noteUnread(draft, event, plan.audiences.remembering)
