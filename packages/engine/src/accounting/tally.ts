import type { EpochMs, RefusalCode } from '@spartito/protocol'
import { hash53 } from '../hash.ts'

/** One count to add to a source's hour (SPEC WI6). `code` says why for `rejected`; `bad_token` is of events that are counted as accepted too. */
export interface Tally {
  source: string
  /** of receipt, UTC: `2026-01-31T12` */
  hour: string
  outcome: 'accepted' | 'duplicate' | 'quarantined' | 'suppressed' | 'rejected' | 'bad_token'
  code?: RefusalCode
  count: number
}

export const hourOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 13)

/** Objects that share the counting; the number is fixed at the first deploy. */
export const statsShards = 8

/** The shard that counts what has this id, so that it meets what remembers it when it comes again. */
export const statsShardOf = (id: string): number => Number.parseInt(hash53(id).slice(-6), 36) % statsShards
