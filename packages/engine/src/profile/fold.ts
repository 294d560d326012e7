import { type Event, eventName, type Json, readConsent } from '@spartito/protocol'
import type { EventIndex } from '../audience/event-index.ts'
import type { Input } from '../audience/leaf.ts'
import { own, put } from '../own.ts'
import { type Bounds, createBounds } from './bounds.ts'
import type { Aggregates, Fragment } from './fragment.ts'
import { withDecision } from './kept-decisions.ts'
import { isNewer, type Provenance } from './provenance.ts'
import { addToSessions } from './sessions.ts'
import { canRead, type KeptEvent } from './slim-event.ts'
import { campaignOf, scoresOf } from './touch.ts'

/** AU4: an event may come so late, unless it was imported. */
const maxLatenessMs = 30 * 86_400_000

/** Whether an event comes too late for anything but the lifetime counts (AU4). */
export const isTooLate = ({ imported, receivedAt, timestamp }: Event): boolean =>
  imported !== true && receivedAt - timestamp > maxLatenessMs

/** A copy whose records may be written to, so that a batch copies them once. */
export const draftOf = <T extends Aggregates>(aggregates: T): T => ({
  ...aggregates,
  events: { ...aggregates.events },
  traits: { ...aggregates.traits },
  consent: { ...aggregates.consent },
  memory: { ...aggregates.memory },
  ...(aggregates.scores && { scores: { ...aggregates.scores } }),
})

/** Adds an event to the memory of every leaf that it is about, and that can read what is left of it. */
export const remember = (draft: Fragment, event: KeptEvent, index: EventIndex, touched?: Set<Input>): void => {
  const isLate = isTooLate(event)
  const memory = draft.memory as Record<string, unknown>
  for (const leaf of index(event)) {
    const { key, events } = leaf
    if (isLate && !events!.takesLate) continue
    if (event.slim !== undefined && !canRead(leaf, draft.base?.kept[event.slim])) continue
    const known = own(memory, key)
    const next = events!.add(known, event)
    if (next === known) continue
    memory[key] = next
    touched?.add(`leaf:${key}`)
  }
}

/** Says what fits, and takes it. */
export interface Keeper<T extends Aggregates> {
  nameOf(draft: T, name: string): string
  takeTraits(draft: T, traits: Readonly<Record<string, Json>>, provenance: Provenance): string[]
}

export const foldCounts = <T extends Aggregates>(draft: T, event: Event, bounds: Keeper<T>): void => {
  const name = eventName(event)
  const counted = bounds.nameOf(draft, name)
  const known = own(draft.events, counted)
  const { timestamp } = event
  const summary = {
    ...known,
    count: (known?.count ?? 0) + 1,
    first: Math.min(known?.first ?? timestamp, timestamp),
    last: Math.max(known?.last ?? timestamp, timestamp),
    ...(counted !== name && { isCut: true as const }),
  }
  put(draft.events, counted, isTooLate(event) ? { ...summary, late: (known?.late ?? 0) + 1 } : summary)
}

/** To be taken once, when an event comes or when it leaves the ledger's whole part. */
export const foldFacts = <T extends Aggregates>(
  draft: T,
  event: Event,
  touched: Set<Input>,
  bounds: Keeper<T>,
): void => {
  if (isTooLate(event)) return
  const { timestamp, receivedAt, messageId, source } = event
  const provenance = { timestamp, receivedAt, messageId, source }
  if (timestamp < draft.firstSeen) {
    draft.firstSeen = timestamp
    touched.add('firstSeen')
  }
  if (timestamp > draft.lastSeen) {
    draft.lastSeen = timestamp
    touched.add('lastSeen')
  }
  const sessions = addToSessions(draft.sessions, event)
  if (sessions) draft.sessions = sessions
  if (event.type === 'identify')
    for (const trait of bounds.takeTraits(draft, event.traits ?? {}, provenance)) touched.add(`trait:${trait}`)
  for (const [name, value] of scoresOf(event)) {
    if (!isNewer(provenance, draft.scores && own(draft.scores, name))) continue
    draft.scores ??= {}
    put(draft.scores, name, { value, ...provenance })
    touched.add(`score:${name}`)
  }
  for (const [purpose, state] of readConsent(event.context)) {
    if (!isNewer(provenance, own(draft.consent, purpose))) continue
    put(draft.consent, purpose, { state, ...provenance })
    touched.add(`consent:${purpose}`)
  }
  const decisions = withDecision(draft.decisions, event)
  if (decisions !== draft.decisions) {
    draft.decisions = decisions!
    // One that comes late changes what dates a newer choice, and so whose denial that lifts (CO4).
    for (const [purpose] of readConsent(event.context)) touched.add(`consent:${purpose}`)
  }
  const campaign = campaignOf(event)
  if (!campaign) return
  const touch = { campaign, ...provenance }
  const { first = touch, last = touch } = draft.touches ?? {}
  draft.touches = { first: isNewer(first, touch) ? touch : first, last: isNewer(touch, last) ? touch : last }
  touched.add('touch')
}

/**
 * Adds one event to a draft. The order of events does not matter: the result is that of the set.
 *
 * @param index which leaves an event is about
 * @param touched takes the inputs of conditions that changed
 * @param bounds those of the profile (PR2); of the fragment alone when left out. Past them the first to come is kept
 */
export const fold = (
  draft: Fragment,
  event: KeptEvent,
  index: EventIndex,
  touched: Set<Input>,
  bounds: Bounds = createBounds([draft]),
): void => {
  foldCounts(draft, event, bounds)
  // The facts of a slim event have been taken into the base that it came with.
  if (event.slim === undefined) foldFacts(draft, event, touched, bounds)
  remember(draft, event, index, touched)
}
