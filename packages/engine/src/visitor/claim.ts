import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import type { SessionMark } from '../identity/ownership.ts'
import { own } from '../own.ts'
import { countPerson, standAlone } from './break-off.ts'
import { answerDeviceClaim, mayOwn } from './device-claim.ts'
import { directionOf, firstSeenOf } from './direction.ts'
import { takeBack, withoutParted } from './part.ts'
import type { Basis, Claim, Claimant, Joined, KnownIdentifier, VisitorState } from './state.ts'

/** What a host asks of the object of a weaker identifier. Asked again, it gets the same answer. */
export interface ClaimMessage {
  kind: 'claim'
  mergeId: string
  claimant: Claimant
  verified: boolean
  /** epoch ms at which the event that claims was received, and its session */
  at: EpochMs
  session: SessionMark
  /** absent where an event shows both */
  basis?: Basis
  /** how old the claimant's profile is: of equals the older hosts (ID5) */
  firstSeen?: EpochMs
  /** to a device: the claimant's contacts, of which one may have had it before it joined them (ID7) */
  also?: readonly Identifier[]
}

/** What the survivor says when all has moved. */
export interface CloseMessage {
  kind: 'close'
  mergeId: string
  profileId: string
  /** the audiences that the survivor is in */
  audiences: string[]
}

/** What an identifier asks of the profile that it has joined: to give back what it brought (ID14). */
export interface PartMessage {
  kind: 'part'
  /** of the taking apart */
  mergeId: string
  who: Claimant
  /** the merge that is taken apart */
  unmerges: string
  /** the identifier links there, so that what it brought since is its own as well; a device has owners instead */
  isLinked: boolean
  /** `taken`: who is vouched for claims it (ID11); else an administrator's word */
  isTaken: boolean
}

export type ClaimReply =
  | {
      kind: 'joined'
      hasEvents: boolean
      identifiers: KnownIdentifier[]
      /** a device that several have used: each session is to be proved (ID9) */
      isContested?: boolean
      /** the merges that it is made of */
      joined?: readonly Joined[]
      /** of a device: the number of this claim among those on it (ID7) */
      claimSeq?: number
    }
  /** it is the stronger or the older one, and claims in its turn (ID5) */
  | { kind: 'reversed' }
  /** it has joined another profile: that one is to be asked */
  | { kind: 'elsewhere'; to: Claimant }
  /** what it had brought may be pulled back (ID14) */
  | { kind: 'parted'; identifiers: readonly KnownIdentifier[]; joined: readonly Joined[] }
  /** it is taking in another identifier itself: ask again later */
  | { kind: 'busy' }
  | {
      kind: 'refused'
      code: 'owned_by_another' | 'holds_a_profile' | 'shown_with_too_many' | 'unmerged' | 'suppressed'
    }

export const sameIdentifier = (a: Identifier, b: Identifier): boolean => a.type === b.type && a.value === b.value

const retryBaseMs = 1_000
const retryCapMs = 3_600_000

/** When a step of a claim that failed so often is tried again: doubling from a second to an hour. */
export const retryDelayMs = (attempts: number): number => Math.min(retryCapMs, retryBaseMs * 2 ** attempts)

/** What a claim rests on. */
export type ClaimEvidence = Pick<Claim, 'verified' | 'at' | 'session' | 'basis' | 'messageId' | 'as' | 'firstSeen'>

/** Of one identifier an event's claim and another's word may be under way at once. */
export const claimKeyOf = (identifier: Identifier, basis?: Basis): string =>
  basis ? `join ${identifierKey(identifier)}` : identifierKey(identifier)

export const newClaim = (self: Claimant, identifier: Claimant, evidence: ClaimEvidence, now: EpochMs): Claim => ({
  mergeId: hash53(`${identifierKey(self)} ${identifierKey(identifier)} ${now}`),
  identifier: { type: identifier.type, value: identifier.value, class: identifier.class },
  ...evidence,
  step: 'asking',
  cursor: 0,
  fragments: {},
  attempts: 0,
  retryAt: now + retryBaseMs,
})

/** Whether it is taking in what another hosts; errands do not count, since nobody waits for them. */
export const isTakingIn = ({ claims }: VisitorState): boolean =>
  Object.values(claims).some(({ step }) => step !== 'telling' && step !== 'releasing')

/**
 * Whether events may be taken in: those of before have gone from the ledger, so that none of what comes is taken for a copy of what is
 * about to go.
 */
export const isClear = ({ role, leaving = [], fragments }: VisitorState): boolean =>
  leaving.length === 0 && (role.kind !== 'linked' || fragments.length === 0)

/** What the object that makes a claim asks of another's. */
export const claimMessageOf = ({ self, identifiers, claims }: VisitorState, claim: Claim): ClaimMessage => {
  const { mergeId, verified, at, session, basis, firstSeen, as: side, identifier } = claim
  const whose = side && identifierKey(side)
  const isContact = ({ class: its, isRefused, of, ...known }: KnownIdentifier): boolean =>
    its === 'contact' && !isRefused && of === whose && !Object.hasOwn(claims, identifierKey(known))
  const also = identifier.class === 'device' ? identifiers.filter(isContact) : []
  return {
    kind: 'claim',
    mergeId,
    claimant: side ?? self,
    verified,
    at,
    session,
    ...(basis && { basis }),
    ...(firstSeen !== undefined && { firstSeen }),
    ...(also.length > 0 && { also: also.map(({ type, value }) => ({ type, value })) }),
  }
}

/** Claims that are known as answered when they come again. */
const maxAnswered = 20

export const withAnswered = ({ answered = [] }: VisitorState, mergeId: string): readonly string[] =>
  [...answered, mergeId].slice(-maxAnswered)

interface Answer {
  state: VisitorState
  reply: ClaimReply
}

/** Answers a claim on the identifier that this object stands for (ID12); idempotent. */
export const answerClaim = (before: VisitorState, message: ClaimMessage, now: EpochMs): Answer => {
  const state = countPerson(before, message)
  if (state.blockedAt !== undefined)
    return { state: standAlone(state, message, now), reply: { kind: 'refused', code: 'shown_with_too_many' } }
  return answer(state, message, now)
}

const joinedReply = ({ identifiers, joined }: VisitorState, hasEvents: boolean): ClaimReply => ({
  kind: 'joined',
  hasEvents,
  identifiers,
  ...(joined && { joined }),
})

/** What an identifier that has joined another profile answers. */
const answerLinked = (state: VisitorState, message: ClaimMessage, now: EpochMs): Answer => {
  const role = state.role as Exclude<VisitorState['role'], { kind: 'host' }>
  const { claimant, mergeId, verified, basis } = message
  if (sameIdentifier(role.to, claimant)) {
    if (role.kind === 'linked') {
      const isNews = verified && role.verified === false
      return {
        state: isNews ? { ...state, role: { ...role, verified } } : state,
        reply: joinedReply(state, false),
      }
    }
    if (role.mergeId === mergeId) return { state, reply: joinedReply(state, true) }
    // The claim that it was moving by has been given up: it moves by this one.
    if (state.answered?.includes(mergeId)) return { state, reply: { kind: 'busy' } }
    const next: VisitorState = { ...state, role: { ...role, mergeId }, answered: withAnswered(state, mergeId) }
    return { state: next, reply: joinedReply(next, true) }
  }
  if (basis) return { state, reply: { kind: 'elsewhere', to: role.to } }
  if (verified && role.verified === false && state.self.class === 'contact')
    return { state: takeBack(state, message, now), reply: { kind: 'busy' } }
  return { state, reply: { kind: 'refused', code: 'owned_by_another' } }
}

const answer = (state: VisitorState, message: ClaimMessage, now: EpochMs): Answer => {
  const { role } = state
  const { claimant, mergeId, verified, basis } = message
  if (basis !== 'administrator' && state.parted?.some((other) => sameIdentifier(other, claimant)))
    return { state, reply: { kind: 'refused', code: 'unmerged' } }
  if (mayOwn(claimant, state.self)) return answerDeviceClaim(state, message, now)
  if (role.kind === 'linked' || (role.kind === 'moving' && !role.fragments)) return answerLinked(state, message, now)
  // It comes again, after the two have been taken apart or the claimant has joined this one.
  if (state.answered?.includes(mergeId) || state.joined?.some(({ who }) => sameIdentifier(who, claimant)))
    return { state, reply: { kind: 'reversed' } }
  const direction = directionOf(state, message)
  if (direction === 'neither') return { state, reply: { kind: 'refused', code: 'holds_a_profile' } }
  const counterKey = Object.keys(state.claims).find((key) => {
    const { step, identifier } = state.claims[key]!
    return (step === 'asking' || step === 'pulling' || step === 'closing') && sameIdentifier(identifier, claimant)
  })
  const counter = counterKey === undefined ? undefined : state.claims[counterKey]!
  if (direction === 'reverse' || (counter && counter.step !== 'asking')) {
    if (counter) return { state, reply: { kind: 'reversed' } }
    const evidence = { verified, at: message.at, session: message.session, firstSeen: firstSeenOf(state) }
    const key = claimKeyOf(claimant, basis)
    // It was asked before, and its claim may have found the claimant elsewhere since.
    if (Object.hasOwn(state.claims, key)) return { state, reply: { kind: 'reversed' } }
    const claim = newClaim(state.self, claimant, { ...evidence, ...(basis && { basis }) }, now)
    return { state: withClaim(state, key, claim), reply: { kind: 'reversed' } }
  }
  const given = counterKey === undefined ? state : withClaim(state, counterKey, undefined)
  if (role.kind === 'moving' || isTakingIn(given)) return { state, reply: { kind: 'busy' } }
  const to: Claimant = { type: claimant.type, value: claimant.value, class: claimant.class }
  const hasEvents = state.fragments.length > 0
  const next: VisitorState = {
    ...withoutParted(given, claimant),
    role: { kind: hasEvents ? 'moving' : 'linked', to, mergeId, since: now, ...(!verified && { verified }) },
    // What joins empty has nothing that a claim could find again.
    ...(hasEvents && { answered: withAnswered(state, mergeId) }),
  }
  return { state: next, reply: joinedReply(next, hasEvents) }
}

/** Begins to join another profile with this one on an administrator's word (ID6). */
export const beginJoin = (
  state: VisitorState,
  other: Claimant,
  now: EpochMs,
): { state: VisitorState; mergeId: string } => {
  const key = claimKeyOf(other, 'administrator')
  const known = own(state.claims, key)
  if (known) return { state, mergeId: known.mergeId }
  const evidence = { verified: true, at: now, session: { id: null, at: now }, firstSeen: firstSeenOf(state) }
  const claim = newClaim(state.self, other, { ...evidence, basis: 'administrator' }, now)
  return { state: withClaim(state, key, claim), mergeId: claim.mergeId }
}

/** The state with a claim as it is now, or without one that is over. */
export const withClaim = (state: VisitorState, key: string, claim: Claim | undefined): VisitorState => {
  const { [key]: _done, ...claims } = state.claims
  return { ...state, claims: claim ? { ...claims, [key]: claim } : claims }
}

/** Whether a claim is still what it was when its question was asked: an answer to another question says nothing of it. */
export const isCurrent = (state: VisitorState, key: string, { mergeId, identifier, step }: Claim): boolean => {
  const claim = own(state.claims, key)
  return claim?.mergeId === mergeId && claim.step === step && sameIdentifier(claim.identifier, identifier)
}

/** Forgets a claim whose loser has closed, or an errand that is done; not one that has taken its place meanwhile. */
export const endClaim = (state: VisitorState, key: string, mergeId: string): VisitorState =>
  own(state.claims, key)?.mergeId === mergeId ? withClaim(state, key, undefined) : state

/** Plans the next try of a claim whose step failed. */
export const deferClaim = (state: VisitorState, key: string, now: EpochMs): VisitorState => {
  const claim = own(state.claims, key)
  if (!claim) return state
  const attempts = claim.attempts + 1
  return withClaim(state, key, { ...claim, attempts, retryAt: now + retryDelayMs(attempts) })
}
