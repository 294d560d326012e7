import type { ConsentPolicy, EpochMs, Identifier, IdentifierClass, ProfileNotice, TokenFault } from '@spartito/protocol'
import { memoryVersion } from '../audience/compile-leaf.ts'
import type { ShownWith } from '../identity/breaker.ts'
import type { LimitCode } from '../identity/limits.ts'
import type { Ownership, SessionMark } from '../identity/ownership.ts'
import type { TraitRefusal } from '../profile/bounds.ts'
import type { Fragment } from '../profile/fragment.ts'

/** The version of the stored form; a reader migrates older ones forward (SPEC PR3). */
export const schemaVersion = 3

/** One identifier and its class: what a Visitor object stands for, or asks about. */
export interface Claimant extends Identifier {
  class: IdentifierClass
}

/**
 * What a Visitor object does for its identifier (SPEC ID): it hosts a profile, or its data is moving to the object
 * that it links to, or it only links there.
 */
export type Role =
  | { kind: 'host' }
  | {
      kind: 'moving'
      to: Claimant
      mergeId: string
      since: EpochMs
      /** these move alone, and it goes on hosting the others: a device's (ID8), or what a merge had brought (ID14); all when left out */
      fragments?: number[]
      /** they go back to whom they are from: the merge that is taken apart (ID14) */
      unmerges?: string
      /** as of a link */
      verified?: boolean
    }
  | Link

/** What a linked identifier knows of where its events go. */
export interface Link {
  kind: 'linked'
  to: Claimant
  mergeId: string
  since: EpochMs
  /** false: nobody vouched for the claim, and who is vouched for takes the contact (ID11) */
  verified?: boolean
  /** where `to` itself has moved to, as the newest answer said: the path is one hop (ID4) */
  host?: Claimant
}

/** An identifier of a profile. */
export interface KnownIdentifier extends Claimant {
  verified: boolean
  firstSeen: EpochMs
  lastSeen: EpochMs
  /** its own object declined to link here; it is asked again when it is first vouched for (`verified`), and then no more */
  isRefused?: boolean
  /** a device that has passed to somebody else, or was signed out of, since then: shown again, it is claimed again (ID7) */
  lostAt?: EpochMs
  /** the number that a device's object gave to the newest claim from here that it has answered (ID7) */
  claimSeq?: number
  /** the number of the newest claim, or blocking, by which it was lost, and when it was last signed out of here; absent where it was not */
  lostSeq?: number
  signedOutAt?: EpochMs
  /** a device of several: it is claimed anew in each session, which proves who uses it (ID9) */
  isContested?: boolean
  /** the session of the newest event that showed a device here */
  provedIn?: SessionMark
  /** the key of the linked person or contact that brought it: it goes with that one when they are taken apart (ID14) */
  of?: string
}

/** What a merge rests on when no event shows both identifiers (ID6). */
export type Basis = 'alias' | 'administrator'

/** A merge that this profile is made of, so that it can be taken apart again (ID14). */
export interface Joined {
  mergeId: string
  /** what joined, with all that it had */
  who: Claimant
  /** the key of the merged person that it joined here; absent where that is the host itself */
  into?: string
  at: EpochMs
  /** absent where an event showed both */
  basis?: Basis
  verified: boolean
  /** the event that it rests on; null for an administrator's word */
  messageId: string | null
}

/**
 * A claim under way: this object asks that of a weaker identifier to link to it, pulls what that object hosts, and closes. Or an
 * errand between a device and its owner: telling the old one that another has it, releasing it at a logout. `cursor` is the next page to pull; a step is repeated until it is known to be done (ID12).
 */
export interface Claim {
  mergeId: string
  identifier: Claimant
  /** whether the owner's server vouches for it (ID11) */
  verified: boolean
  step: 'asking' | 'pulling' | 'closing' | 'telling' | 'releasing' | 'parting'
  /** when the event that claims was received, and its session */
  at: EpochMs
  session: SessionMark
  cursor: number
  /** the fragment here that takes the moved events, by that object's fragment id */
  fragments: Record<string, number>
  /** when telling: the number of the claim by which the device was lost */
  claimSeq?: number
  attempts: number
  retryAt: EpochMs
  /** absent where an event shows both */
  basis?: Basis
  /** the event that claims */
  messageId?: string
  /** the merged person for whom it is made; the host itself when absent */
  as?: Claimant
  /** how old this profile was when the claim was made: of equals the older hosts (ID5) */
  firstSeen?: EpochMs
  /** the merge that is taken apart: what it had brought is pulled back (ID14) */
  unmerges?: string
}

export interface Membership {
  since: EpochMs
  /** the workspace's version that decided */
  version: number
}

/** Something that was not done, with its reason and evidence (SPEC ID: never silent). */
export interface IdentityRefusal {
  code:
    | 'blocked_identifier'
    | 'invalid_identifier'
    | 'owned_by_another'
    | 'holds_a_profile'
    | 'shown_with_too_many'
    | 'bad_token'
    | 'unverified_alias'
    | 'unmerged'
    | 'taken_by_verified'
    | 'suppressed'
    | LimitCode
    | TraitRefusal['code']
  at: EpochMs
  identifier: Identifier
  messageId: string | null
  /** a trait that was not kept, and how many of the event's were not (PR2) */
  trait?: string
  count?: number
  /** why a token vouched for nobody (ID11) */
  reason?: TokenFault
}

export interface VisitorState {
  schemaVersion: typeof schemaVersion
  self: Claimant
  profileId: string
  role: Role
  /** the latest instant this object has decided at; never goes back (AU1) */
  now: EpochMs
  /** the workspace's newest version that this object has used; it never goes back */
  version: number
  /** the form of what leaves remember (`memoryVersion`); absent in state older than forms were counted */
  memoryVersion?: number
  /** what an unknown purpose means: the policy of the source that brought the newest request */
  policy: ConsentPolicy
  /** transactions that accepted events; numbers the event units */
  commit: number
  /** up to this commit the events are in the queue (in the lake, where that is confirmed), but for those listed below */
  forwarded: number
  /** commits that the queue did not take: sent again by the alarm */
  unsent: number[]
  /** commits of which a crash or an eviction took the knowledge: sent again when a copy of an event comes (DE1) */
  unsure: number[]
  /** of the newest audience change */
  seq: number
  /** notices made for the roster: odd while it lists this profile, or is about to */
  listings: number
  /** notices of consent that were made; absent while none was (CO6) */
  consentNotices?: number
  /** the notice that the events from this commit on carry, until a unit of them is known to have arrived */
  untold?: { notice: ProfileNotice; sinceCommit: number }
  /** the newest `receivedAt` of a request whose events were taken here (ID15); 0 before the first */
  lastReceivedAt: EpochMs
  /** the ledger has hashes of an expired profile's messageIds, known until then (ID15); absent when it has none */
  hashesUntil?: EpochMs
  identifiers: KnownIdentifier[]
  fragments: Fragment[]
  nextFragment: number
  /** the number of the next row for what leaves the state's own (`spill`); absent while none was needed */
  nextSpill?: number
  memberships: Record<string, Membership>
  /** per audience, the instant at which time alone may change it */
  flips: Record<string, EpochMs>
  /** by the key of the identifier claimed */
  claims: Record<string, Claim>
  /** whom a device has belonged to, the newest last (ID7); absent while nobody has claimed it */
  owners?: readonly Ownership[]
  /** mergeIds of the claims that were granted, and of what was taken apart here, the newest last */
  answered?: readonly string[]
  /** of a device: the numbers of those claims by their mergeIds (ID7) */
  numbers?: Readonly<Record<string, number>>
  /** the persons that this contact or device was shown with in a day (ID3) */
  shownWith?: ShownWith
  /** since when it stitches nothing, for it was shown with too many, until an administrator releases it (ID3) */
  blockedAt?: EpochMs
  /** merges with persons and contacts that it is made of */
  joined?: readonly Joined[]
  /** what goes back with fragments that are taken out (ID14), until they have arrived */
  granted?: { mergeId: string; identifiers: readonly KnownIdentifier[]; joined: readonly Joined[] }
  /** with whom it has been taken apart: nobody but an administrator joins them again (ID14); the newest last */
  parted?: readonly Claimant[]
  /** fragments that have moved away, of which the lake may still want events: their blocks stay so long */
  leaving?: readonly number[]
  refusals: IdentityRefusal[]
  /** its person is being erased: it takes and decides nothing more (CO7) */
  erasing?: { id: string; at: EpochMs }
  /** its person was erased then: what is of before is told by the tombstone that lies beside the state (CO7) */
  erasedAt?: EpochMs
}

/** An identifier of which nothing is known yet. */
export const newVisitor = (self: Claimant, profileId: string): VisitorState => ({
  schemaVersion,
  self,
  profileId,
  role: { kind: 'host' },
  now: 0,
  version: 0,
  memoryVersion,
  policy: 'opt-in',
  commit: 0,
  forwarded: 0,
  unsent: [],
  unsure: [],
  seq: 0,
  listings: 0,
  lastReceivedAt: 0,
  identifiers: [],
  fragments: [],
  nextFragment: 1,
  memberships: {},
  flips: {},
  claims: {},
  refusals: [],
})

/** PR2: the newest refusals are kept. */
const maxRefusals = 100

const repeated: ReadonlySet<IdentityRefusal['code']> = new Set([
  'blocked_identifier',
  'invalid_identifier',
  'bad_token',
  'too_many_identifiers',
  'too_many_merges',
])

/** What a client repeats with every event: its traits, its token, and identifiers that are none. */
const isOfEachEvent = ({ code, trait }: IdentityRefusal): boolean => trait !== undefined || repeated.has(code)

/** Whether a refusal says again what one before it said. */
const repeats = (
  newer: IdentityRefusal,
  { code, trait, reason, identifier: { type, value } }: IdentityRefusal,
): boolean =>
  isOfEachEvent(newer) &&
  newer.code === code &&
  newer.trait === trait &&
  newer.reason === reason &&
  newer.identifier.type === type &&
  newer.identifier.value === value

export const withRefusals = (state: VisitorState, refusals: readonly IdentityRefusal[]): VisitorState => {
  if (refusals.length === 0) return state
  const kept = [...state.refusals]
  for (const refusal of refusals) {
    const before = kept.findIndex((known) => repeats(refusal, known))
    if (before >= 0) kept.splice(before, 1)
    kept.push(refusal)
    if (kept.length > maxRefusals) kept.shift()
  }
  return { ...state, refusals: kept }
}

/** The refusals that a step has added, without those that say again what was said. */
export const newRefusals = (before: VisitorState | undefined, after: VisitorState): readonly IdentityRefusal[] => {
  const known = before?.refusals ?? []
  if (known === after.refusals) return []
  return after.refusals.filter((refusal) => !known.some((its) => its === refusal || repeats(refusal, its)))
}
