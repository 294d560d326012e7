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
      /** a device moves these alone, and goes on hosting; all when left out */
      fragments?: number[]
    }
  | { kind: 'linked'; to: Claimant; mergeId: string; since: EpochMs }

/** An identifier of a profile. */
export interface KnownIdentifier extends Claimant {
  verified: boolean
  firstSeen: EpochMs
  lastSeen: EpochMs
  /** its own object declined to link here; it is asked again when it is first vouched for (`verified`), and then no more */
  isRefused?: boolean
  /** a device that has passed to somebody else, or was signed out of, since then: shown again, it is claimed again (ID7) */
  lostAt?: EpochMs
  /** a device of several: it is claimed anew in each session, which proves who uses it (ID9) */
  isContested?: boolean
  /** the session of the newest event that showed a device here */
  provedIn?: SessionMark
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
  step: 'asking' | 'pulling' | 'closing' | 'telling' | 'releasing'
  /** when the event that claims was received, and its session */
  at: EpochMs
  session: SessionMark
  cursor: number
  /** the fragment here that takes the moved events, by that object's fragment id */
  fragments: Record<string, number>
  attempts: number
  retryAt: EpochMs
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
  /** mergeIds of the claims on a device that were answered, the newest last */
  answered?: readonly string[]
  /** the persons that this contact or device was shown with in a day (ID3) */
  shownWith?: ShownWith
  /** since when it stitches nothing, for it was shown with too many, until an administrator releases it (ID3) */
  blockedAt?: EpochMs
  /** fragments that have moved away, of which the lake may still want events: their blocks stay so long */
  leaving?: readonly number[]
  refusals: IdentityRefusal[]
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
