import type { ConsentDecision, EpochMs, Identifier, Json } from '@spartito/protocol'
import type { Memories } from '../audience/leaf.ts'
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
  /** the first and last campaign; absent when none brought the visitor */
  touches?: Touches
  /** absent while none of its events is of a session */
  sessions?: Sessions
  /** imported scores by their name */
  scores?: Record<string, Score>
  /** what conditions need to remember of its events, by the leaf's key; absent when no event was about it */
  memory: Memories
  /** since when a leaf knows its events, where the ledger no longer had them all when the leaf was defined (PR1) */
  historySince?: Record<string, EpochMs>
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
