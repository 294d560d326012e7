import type { EpochMs, Identifier, Refusal, RefusalCode } from '@spartito/protocol'

/** What a token vouched for when the event came; the token itself is kept by nobody. */
export interface KeptVoucher {
  userId: string
  identifiers: readonly Identifier[]
}

/** An event in the quarantine. */
export interface HeldEntry {
  /** the event as it came, after the parser and before any transformation, as JSON */
  json: string
  /** the same event as the client sent it (`keptBody`), as JSON; those of before have none */
  body?: string
  code: RefusalCode
  message: string
  /** the workspace's version that refused it last */
  version: number
  voucher?: KeptVoucher
  /** a recovery has begun to hand it on, and has not said how that ended */
  tried?: true
  /** how often it was refused anew */
  step?: number
}

/** The events of one request that wait for a mend. */
export interface HeldRequest {
  source: string
  receivedAt: EpochMs
  entries: HeldEntry[]
}

/** Where an entry is: a shard, a row of it, a place in that. */
export interface HeldAt {
  shard: number
  row: number
  place: number
}

/** Which entries are meant; ALL that is said has to hold. */
export interface HeldFilter {
  source?: string
  code?: string
  /** of receipt, epoch ms, the first included and the last not */
  from?: EpochMs
  until?: EpochMs
  /** those that came with one of these: by its userId, or by its anonymousId where it has no userId */
  about?: readonly Identifier[]
}

export interface FoundEntry {
  row: number
  place: number
  source: string
  receivedAt: EpochMs
  entry: HeldEntry
  /** an earlier recovery may have handed it on already */
  wasTried: boolean
}

interface Place {
  row: number
  place: number
}

/** Which entries of a shard: those from a place on that a filter takes, or those that are named. */
export type HeldQuestion = { filter: HeldFilter; start: Place; limit: number } | { at: readonly Place[] }

export interface HeldPage {
  found: FoundEntry[]
  /** where to go on; absent at the end. A page may be empty and not the last. */
  next?: Place
}

/** How the recovery of one entry ended. */
export interface Settled {
  row: number
  place: number
  outcome:
    | { kind: 'accepted' }
    | { kind: 'duplicate' }
    | { kind: 'filtered' }
    | { kind: 'held'; refusal: Refusal; version: number }
}

/** The id of an entry as administrators see it. */
export const formatId = ({ shard, row, place }: HeldAt): string => `${shard}.${row}.${place}`

/** @returns undefined for what is no id, or of a shard that there is not */
export const readId = (id: string, shards: number): HeldAt | undefined => {
  const [, shard, row, place] = /^(\d{1,3})\.(\d{1,15})\.(\d{1,5})$/.exec(id) ?? []
  const at = { shard: Number(shard), row: Number(row), place: Number(place) }
  return place !== undefined && at.shard < shards ? at : undefined
}
