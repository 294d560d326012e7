import type { ConsentDecision, EpochMs, Identifier, Json } from '@spartito/protocol'
import type { Memories } from '../audience/leaf.ts'
import type { KeptDecision } from './kept-decisions.ts'
import type { Provenance } from './provenance.ts'
import type { Sessions } from './sessions.ts'
import type { Score, Touches } from './touch.ts'

export interface Trait extends Provenance {
  value: Json
}

export interface EventSummary {
  count: number
  first: EpochMs
  last: EpochMs
  /** how many of them came more than 30 days late: they count here and in lifetime counts alone (AU4) */
  late?: number
  /** events of several names are counted together here, since there are too many of them (PR2) */
  isCut?: true
}

export interface FragmentConsent extends ConsentDecision {
  receivedAt: EpochMs
  messageId: string
}

/** What a set of events comes to. */
export interface Aggregates {
  firstSeen: EpochMs
  lastSeen: EpochMs
  events: Record<string, EventSummary>
  traits: Record<string, Trait>
  /** the newest choice on each purpose, whether it was decided or carried along */
  consent: Record<string, FragmentConsent>
  /** the decisions that were made, the newest first; absent while none was */
  decisions?: readonly KeptDecision[]
  /** the first and last campaign; absent when none brought the visitor */
  touches?: Touches
  /** absent while none of the events is of a session */
  sessions?: Sessions
  /** imported scores by their name */
  scores?: Record<string, Score>
  /** what conditions need to remember of the events, by the leaf's key; absent when no event was about it */
  memory: Memories
}

/**
 * What has left the ledger's whole part (SPEC PR1). A slim event has left its facts here (traits, consent, touches), and is still
 * counted and remembered from the ledger; a dropped one has left everything. Facts are the same however often they are
 * taken, counts are not.
 */
export interface Base extends Aggregates {
  /** the newest `receivedAt` of an event that was dropped; absent while none was */
  until?: EpochMs
  /** which fields slim events have kept, by the number that each carries */
  kept: string[][]
}

export interface Merge {
  mergeId: string
  mergedAt: EpochMs | null
}

/**
 * What one identifier brought to a profile: a profile is the merge of its fragments, computed and not summed, so that a
 * merge and its undoing only move fragments (DESIGN 4).
 */
export interface Fragment extends Aggregates {
  /** its number in the object that keeps it, from 1; its ledger blocks carry it */
  id: number
  /** whose events these are */
  identifier: Identifier
  /** the merge that brought it; null when its events arrived here */
  mergeId: string | null
  /** the `now` of the transaction that completed that merge */
  mergedAt: EpochMs | null
  /** the merges before that one, the oldest first, when it has moved more than once */
  before?: readonly Merge[]
  /** the key of the linked person or contact that its events came by: they go with it (ID14) */
  via?: string
  /** of a device: an ownership has passed over it, or a session of a contested device has ended, so nobody adopts it (ID8) */
  isSealed?: boolean
  /** of a device that somebody has owned: a session is over, and the next has a fragment of its own (ID8) */
  isEnded?: boolean
  /** the newest block of its ledger, and how many UTF-16 units it holds */
  block: number
  blockSize: number
  /** its ledger's blocks up to this one hold slim events alone */
  slimTo?: number
  /** when its ledger is next looked through for what is no longer kept whole; absent while it has none */
  pruneAt?: EpochMs
  /** absent while its ledger is whole */
  base?: Base
  /** since when a leaf knows its events, where the ledger no longer had them all when the leaf was defined (PR1) */
  historySince?: Record<string, EpochMs>
}

export const newAggregates = (): Aggregates => ({
  firstSeen: Number.MAX_SAFE_INTEGER,
  lastSeen: 0,
  events: {},
  traits: {},
  consent: {},
  memory: {},
})

export const newFragment = (
  id: number,
  identifier: Identifier,
  mergeId: string | null,
  more: Pick<Fragment, 'before' | 'via' | 'isSealed'> & { mergedAt?: EpochMs | null } = {},
): Fragment => ({
  id,
  identifier,
  mergeId,
  mergedAt: null,
  ...more,
  block: 1,
  blockSize: 0,
  ...newAggregates(),
})
