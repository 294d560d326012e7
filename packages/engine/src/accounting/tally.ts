import type { ChangeMessage, EpochMs, RefusalCode } from '@spartito/protocol'
import { hash53 } from '../hash.ts'

/**
 * One count to add to a source's hour (SPEC WI6). `code` says why for `rejected`; `bad_token` is of events that are counted as accepted too.
 * `expired` counts profiles and no events (ID15): its source is empty.
 */
export interface Tally {
  source: string
  /** of receipt, UTC: `2026-01-31T12` */
  hour: string
  outcome: 'accepted' | 'duplicate' | 'quarantined' | 'suppressed' | 'rejected' | 'bad_token' | 'expired'
  code?: RefusalCode
  count: number
}

export const hourOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 13)

/** Objects that share the counting; the number is fixed at the first deploy. */
export const statsShards = 8

/** The shard that counts what has this id, so that it meets what remembers it when it comes again. */
export const statsShardOf = (id: string): number => Number.parseInt(hash53(id).slice(-6), 36) % statsShards

/** What a message adds to the counts, under an id by which a copy of it is known; undefined for most. */
export const expiredOf = (message: ChangeMessage): { id: string; tallies: Tally[] } | undefined => {
  if (message.kind !== 'profile' || message.notice.cause !== 'expiry') return undefined
  const { profileId, order, emittedAt } = message.notice
  const expired: Tally = { source: '', hour: hourOf(emittedAt), outcome: 'expired', count: 1 }
  return { id: `${profileId}!${order}`, tallies: [expired] }
}
