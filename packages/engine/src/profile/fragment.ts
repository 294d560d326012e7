import {
  type ConsentDecision,
  type ConsentRecord,
  compareEvents,
  type EpochMs,
  type Event,
  eventName,
  type Identifier,
  type Json,
  readConsent,
} from '@spartito/protocol'
import { addToCount, type CountLeaf, type CountMemory, emptyCount } from '../audience/event-count.ts'
import { own } from '../own.ts'

/** Where a value comes from: enough to order it against any other (WI8, ID13). */
export interface Provenance {
  timestamp: EpochMs
  receivedAt: EpochMs
  messageId: string
  source: string
}

export interface Trait extends Provenance {
  value: Json
}

export interface EventSummary {
  count: number
  first: EpochMs
  last: EpochMs
}

export interface FragmentConsent extends ConsentDecision {
  receivedAt: EpochMs
  messageId: string
}

/**
 * What one identifier brought to a profile: a profile is the merge of its fragments, computed and not summed, so that a
 * merge and its undoing only move fragments (DESIGN 4).
 */
export interface Fragment {
  /** its number in the object that keeps it, from 1; its ledger blocks carry it */
  id: number
  /** whose events these are */
  identifier: Identifier
  /** the merge that brought it; null when its events arrived here */
  mergeId: string | null
  /** the `now` of the transaction that completed that merge */
  mergedAt: EpochMs | null
  /** the newest block of its ledger, and how many UTF-16 units it holds */
  block: number
  blockSize: number
  firstSeen: EpochMs
  lastSeen: EpochMs
  events: Record<string, EventSummary>
  traits: Record<string, Trait>
  consent: Record<string, FragmentConsent>
  /** what audiences need to remember of its events, by the leaf's key */
  memory: Record<string, CountMemory>
}

export const newFragment = (id: number, identifier: Identifier, mergeId: string | null): Fragment => ({
  id,
  identifier,
  mergeId,
  mergedAt: null,
  block: 1,
  blockSize: 0,
  firstSeen: Number.MAX_SAFE_INTEGER,
  lastSeen: 0,
  events: {},
  traits: {},
  consent: {},
  memory: {},
})

/** PR2: names past this many are counted together. */
const maxEventNames = 500
export const otherEvents = '(other)'

const countName = (fragment: Fragment, name: string): string =>
  Object.hasOwn(fragment.events, name) || Object.keys(fragment.events).length < maxEventNames ? name : otherEvents

const isNewer = (a: Provenance, b: Provenance | undefined): boolean => b === undefined || compareEvents(a, b) > 0

/** Adds a matching event to the memory of each of the counts given. */
export const remember = (fragment: Fragment, event: Event, counts: readonly CountLeaf[]): Fragment => {
  let { memory } = fragment
  for (const leaf of counts)
    if (leaf.matches(event))
      memory = { ...memory, [leaf.key]: addToCount(own(memory, leaf.key) ?? emptyCount, event.timestamp, leaf) }
  return memory === fragment.memory ? fragment : { ...fragment, memory }
}

/**
 * Adds one event to a fragment's aggregates. The order of events does not matter: the result is that of the set.
 *
 * @param counts the counts of this event's name
 */
export const fold = (fragment: Fragment, event: Event, counts: readonly CountLeaf[]): Fragment => {
  const { timestamp, receivedAt, messageId, source } = event
  const name = countName(fragment, eventName(event))
  const summary = own(fragment.events, name)
  let { traits, consent } = fragment
  if (event.type === 'identify')
    for (const [trait, value] of Object.entries(event.traits ?? {})) {
      const candidate: Trait = { value, timestamp, receivedAt, messageId, source }
      if (isNewer(candidate, own(traits, trait))) traits = { ...traits, [trait]: candidate }
    }
  for (const [purpose, state] of readConsent(event.context)) {
    const known = own(consent, purpose)
    if (isNewer(event, known)) consent = { ...consent, [purpose]: { state, timestamp, receivedAt, messageId, source } }
  }
  return remember(
    {
      ...fragment,
      firstSeen: Math.min(fragment.firstSeen, timestamp),
      lastSeen: Math.max(fragment.lastSeen, timestamp),
      events: {
        ...fragment.events,
        [name]: {
          count: (summary?.count ?? 0) + 1,
          first: Math.min(summary?.first ?? timestamp, timestamp),
          last: Math.max(summary?.last ?? timestamp, timestamp),
        },
      },
      traits,
      consent,
    },
    event,
    counts,
  )
}

/** The value that wins among fragments: the latest by (timestamp, receivedAt, messageId) (ID13). */
export const traitOf = (
  fragments: readonly Fragment[],
  name: string,
): (Trait & { identifier: Identifier }) | undefined => {
  let winner: (Trait & { identifier: Identifier }) | undefined
  for (const { traits, identifier } of fragments) {
    const trait = own(traits, name)
    if (trait && isNewer(trait, winner)) winner = { ...trait, identifier }
  }
  return winner
}

/** The decision on each purpose: the newest; of decisions older than a merge, the most restrictive (CO4). */
export const consentDecisions = (fragments: readonly Fragment[]): Record<string, FragmentConsent> => {
  const merged: Record<string, FragmentConsent> = {}
  const mergedAt = Math.max(0, ...fragments.map((fragment) => fragment.mergedAt ?? 0))
  for (const { consent } of fragments)
    for (const [purpose, decision] of Object.entries(consent)) {
      const other = own(merged, purpose)
      const isOld = decision.receivedAt <= mergedAt && (other?.receivedAt ?? 0) <= mergedAt
      const wins =
        other === undefined ||
        (isOld && decision.state !== other.state ? decision.state === 'denied' : compareEvents(decision, other) > 0)
      if (wins) merged[purpose] = decision
    }
  return merged
}

export const consentOf = (fragments: readonly Fragment[]): ConsentRecord =>
  Object.fromEntries(Object.entries(consentDecisions(fragments)).map(([purpose, { state }]) => [purpose, state]))
