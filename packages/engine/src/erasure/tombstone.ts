import type { EpochMs, Event } from '@spartito/protocol'
import { type Claimant, newVisitor, type VisitorState } from '../visitor/state.ts'

/** What has to outlive a profile's data, so that the next one of the same name repeats no key and goes back to no version. */
export type Counters = Pick<
  VisitorState,
  'now' | 'version' | 'policy' | 'commit' | 'seq' | 'listings' | 'nextFragment' | 'consentNotices'
>

/** What is left of an object whose identifier was erased (SPEC CO7). Nothing in it says what was there. */
export interface Tombstone {
  erasureId: string
  /** `erase`: what was collected before is refused for good; `suppress`: whatever comes is, until it is lifted */
  mode: 'erase' | 'suppress'
  /** what was collected up to then is refused */
  at: EpochMs
  counters: Counters
  /** what went, for the receipt */
  counts: Record<string, number>
}

export const countersOf = (state: VisitorState): Counters => {
  const { now, version, policy, commit, seq, listings, nextFragment, consentNotices } = state
  return {
    now,
    version,
    policy,
    commit,
    seq,
    // The roster lists it no more.
    listings: listings + (listings % 2),
    nextFragment,
    ...(consentNotices !== undefined && { consentNotices }),
  }
}

/** The state of an identifier that was erased, when something new comes to it. */
export const reborn = (self: Claimant, profileId: string, { counters, at }: Tombstone): VisitorState => ({
  ...newVisitor(self, profileId),
  ...counters,
  forwarded: counters.commit,
  erasedAt: at,
})

/**
 * Whether the client's own times say that an event happens after it was sent. Such a time is clamped to that of receipt (WI8), so that
 * nothing tells whether it was collected before the erasure.
 */
const isFutureDated = ({ originalTimestamp, sentAt, receivedAt }: Event): boolean =>
  originalTimestamp !== undefined && originalTimestamp > (sentAt ?? receivedAt)

/** When an event was collected, as far as that can be told; 0 where its time says nothing. */
export const collectedAt = (event: Event): EpochMs => (isFutureDated(event) ? 0 : event.timestamp)

/**
 * Whether an event was collected before its person was erased: by its corrected time (WI8), or because one of its messageId was; or whether
 * nobody can tell. Replays, imports and what was late are all the same here.
 *
 * @param wasCollected whether the erased profile had this messageId
 */
export const isOfBefore = (
  { at }: Pick<Tombstone, 'at'>,
  event: Event,
  wasCollected: (messageId: string) => boolean,
): boolean => collectedAt(event) <= at || wasCollected(event.messageId)
