import type { EpochMs, Identifier } from '@spartito/protocol'

/**
 * What becomes of a person who is erased (SPEC CO7): `erase` refuses for good what was collected before, and what is new begins a new
 * profile; `suppress` refuses whatever comes, until it is lifted.
 */
export type ErasureMode = 'erase' | 'suppress'

/** Who asks: an administrator, by the fingerprint of the token, or a person whom the owner's server vouches for. */
export type Asker = { kind: 'admin'; token: string } | { kind: 'person'; userId: string }

export interface ErasureAsk {
  /** normalized (ID1); a person may name nobody but themselves: `user_id` with their own */
  identifiers: Identifier[]
  mode: ErasureMode
  by: Asker
  /** until it begins, and as long as it can be undone; from 0 to 30 days */
  delayMs: number
}

/** The same ask again, while the first one waits or runs, is the first one. */
export type Asked = { ok: true; id: string; dueAt: EpochMs } | { ok: false; code: AskRefusal; message: string }

/** `unauthorized`: a person who names somebody else; `unavailable`: PRIVACY_SECRET is missing. */
export type AskRefusal = 'invalid_field' | 'unauthorized' | 'unavailable'

/** In their order. Each is repeated until it is done; what is done is not done again. */
export const erasureSteps = [
  /** all objects of the graph are found, and take nothing more */
  'find',
  /** the profile leaves its audiences, with cause `erasure`, and whoever has to hear of that has heard */
  'leave',
  /** consumers of queues are told to refuse what is in flight */
  'suppress',
  /** each object is emptied and keeps a tombstone; objects of others forget whom they named */
  'empty',
  /** every isolate knows of the suppression: nothing that is in flight arrives any more */
  'settle',
  'roster',
  'quarantine',
  /** recent events, for dry runs */
  'samples',
  /** before what tools may hold up for a day */
  'lake',
  /** what waits beside removals is withdrawn, removals have gone out, and what was settled is forgotten */
  'deliveries',
  /** the deletion APIs of those destinations that have one */
  'destinations',
] as const
export type ErasureStep = (typeof erasureSteps)[number]

/** What a store had, by what was counted: `{objects: 21, events: 10000}`. */
export type Counts = Record<string, number>

/** `waiting` until `dueAt`, and undone until then at most. */
export type ErasureState = 'waiting' | 'undone' | 'running' | 'done'

/** An erasure as the administration shows it: nothing in it names anybody. */
export interface Erasure {
  id: string
  state: ErasureState
  mode: ErasureMode
  askedAt: EpochMs
  dueAt: EpochMs
  doneAt: EpochMs | null
  /** of a person: a keyed hash */
  by: { kind: Asker['kind']; who: string }
  steps: { step: ErasureStep; doneAt: EpochMs | null; attempts: number; counts: Counts }[]
  /** why the step that is under way was not done at its last attempt */
  waitsFor: string | null
  receipt: SignedReceipt | null
}

/** What the platform keeps and nobody can delete, said plainly. */
export interface Kept {
  what: string
  /** at most */
  forMs: number
}

export interface Receipt {
  id: string
  mode: ErasureMode
  askedAt: EpochMs
  by: Erasure['by']
  /** everything that was collected up to then is gone */
  until: EpochMs
  doneAt: EpochMs
  /** keyed hashes of the identifiers: who has the secret and the identifier can tell that it is theirs */
  subjects: string[]
  stores: Partial<Record<ErasureStep, Counts>>
  /** of each destination: whether its deletion API was asked, and what it answered */
  destinations: { destination: string; type: string; deletion: string }[]
  kept: Kept[]
}

/** `payload` is the receipt as JSON text; `signature` the base64url of Ed25519 over its UTF-8 bytes. */
export interface SignedReceipt {
  payload: string
  alg: 'Ed25519'
  /** JWK; its private half is derived from PRIVACY_SECRET, so that each receipt of a deployment has the same one */
  publicKey: { kty: 'OKP'; crv: 'Ed25519'; x: string }
  signature: string
}

/** A suppression as the administration shows it. */
export interface Suppression {
  /** keyed hash of an identifier (HMAC-SHA-256 by PRIVACY_SECRET, base64url) */
  hash: string
  mode: ErasureMode
  /** what was received up to then is refused; with `suppress` all is */
  at: EpochMs
  erasureId: string
}

/** What an erasure asks of `LakeKeeper`, which activation defines. */
export interface LakeErasureAsk {
  erasureId: string
  /** of all objects of the graph, whether or not they ever hosted a profile */
  profileIds: string[]
  /** of those that are the subject's alone: rows without a profile (bots', quarantined, refused) are theirs by these */
  identifiers: Identifier[]
  /** names of the objects: as ids of parked messages have them */
  visitors: string[]
  /** rows whose receipt (or emission, or decision) is not later */
  until: EpochMs
}

export interface LakeErasureState {
  isDone: boolean
  filesRead: number
  filesRewritten: number
  /** by kind, and `parked` for parked bodies */
  rows: Record<string, number>
}
