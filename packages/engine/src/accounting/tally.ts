import type { ChangeMessage, EpochMs, Failure } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import { type IdentityRefusal, newRefusals, type VisitorState } from '../visitor/state.ts'

/**
 * One count to add to a source's hour (SPEC WI6). `code` says why for `rejected`; `bad_token` is of events that are counted as accepted too.
 * `expired` counts profiles and no events (ID15), `retained` what was deleted since its time was over (RT), with its kind as `code`; `refused` what a profile's identity was refused (ID): their source is empty.
 * `refused_request` counts requests and no events: their source is empty where the key named none.
 */
export interface Tally {
  source: string
  /** of receipt, UTC: `2026-01-31T12` */
  hour: string
  outcome:
    | 'accepted'
    | 'duplicate'
    | 'quarantined'
    | 'suppressed'
    | 'rejected'
    | 'bad_token'
    | 'expired'
    | 'retained'
    | 'refused'
    | 'refused_request'
  code?: Failure['code'] | IdentityRefusal['code'] | RetainedCode
  count: number
}

/** What is deleted when its time is over (SPEC RT), as the workspace and the lake name it. */
export type RetainedCode =
  | 'events'
  | 'consents'
  | 'quarantine'
  | 'recent'
  | 'changes'
  | 'deliveries'
  | 'profiles'
  | 'parked'

/** What a retention has deleted. @param source empty for what is of none */
export const retained = (code: RetainedCode, source: string, now: EpochMs, count: number): Tally => ({
  source,
  hour: hourOf(now),
  outcome: 'retained',
  code,
  count,
})

export const hourOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 13)

/** Objects that share the counting; the number is fixed at the first deploy. */
export const statsShards = 8

/** The shard that counts what has this id, so that it meets what remembers it when it comes again. */
export const statsShardOf = (id: string): number => Number.parseInt(hash53(id).slice(-6), 36) % statsShards

const shardMs = 60_000

/**
 * The shard that counts what a queue brings, by when its events were received. A copy of it has the same time, and a batch of a queue is of
 * one or two minutes: it is counted by one or two calls, where by its ids it would be by one of each shard.
 */
export const unitShardOf = (receivedAt: EpochMs): number => Math.floor(receivedAt / shardMs) % statsShards

/** What a profile was refused by a step, once for what a client repeats; bad tokens are counted with their events. */
export const refusedOf = (before: VisitorState | undefined, after: VisitorState, now: EpochMs): Tally[] =>
  newRefusals(before, after)
    .filter(({ code }) => code !== 'bad_token')
    .map(({ code }) => ({ source: '', hour: hourOf(now), outcome: 'refused', code, count: 1 }))

/** What a message adds to the counts, under an id by which a copy of it is known; undefined for most. */
export const expiredOf = (message: ChangeMessage): { id: string; tallies: Tally[] } | undefined => {
  if (message.kind !== 'profile' || message.notice.cause !== 'expiry') return undefined
  const { profileId, order, emittedAt } = message.notice
  const expired: Tally = { source: '', hour: hourOf(emittedAt), outcome: 'expired', count: 1 }
  return { id: `${profileId}!${order}`, tallies: [expired] }
}
