import type { BadToken, Claimant } from '@spartito/engine'
import type { ConsentPolicy, EpochMs, Identifier } from '@spartito/protocol'

/** What the collector hands to an identifier's object: the events of one request that it is to keep or to pass on. */
export interface IngestRequest {
  /** the identifier that the object stands for */
  address: Claimant
  /** events as JSON texts */
  events: string[]
  receivedAt: EpochMs
  policy: ConsentPolicy
  /** whether the source's secret key vouches for all identifiers (ID11) */
  verified: boolean
  /** what a token vouches for */
  vouched?: readonly Identifier[]
  /** whether a token vouches for who asks: then the answer is about the whole profile */
  seesWhole?: boolean
  badTokens?: readonly BadToken[]
  /** the anonymousId that asks for its audiences */
  anonymousId: string | undefined
  /** the linked identifier that it was passed on for */
  via?: Claimant
  /** objects that have passed it on already */
  hops: number
  /** of a new visitor that is counted: whether there may be one more. Left out where none is counted */
  mayBegin?: boolean
  /** events that the visitor may send in a minute; any number when left out */
  maxPerMinute?: number
}

export interface IngestReply {
  accepted: number
  /** places, within the request's events, of those that the profile had already */
  duplicates: number[]
  /** the exposed audiences that the asker may know */
  audiences: string[]
  /** whose profile took what was passed on; absent where nothing was */
  takenBy?: Claimant
  /** whether this visitor is new, and counts against the budget of new ones */
  began?: true
  /** what its person's erasure refuses, by places within the request's events (CO7); absent where nothing is */
  gone?: { code: 'suppressed' | 'erased'; places: number[] }[]
  /** nothing was taken, read or written: over a budget (SPEC WS) */
  refused?: { why: 'new visitor' | 'rate'; retryAfterMs: number }
}

/** Which part of which commit's events has reached the lake. */
export interface UnitReceipt {
  commit: number
  part: number
  parts: number
}

/** A link leads to the host, or to an object that has moved itself since; answers shorten the path. More than this is a fault. */
export const maxHops = 16
