import {
  type AudienceChange,
  type EpochMs,
  type Identifier,
  identifierClasses,
  identifierKey,
} from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import type { SessionMark } from '../identity/ownership.ts'
import { own } from '../own.ts'
import { countPerson, standAlone } from './break-off.ts'
import { emitChange } from './decide-audiences.ts'
import { answerDeviceClaim, closeDeviceMove, mayOwn } from './device-claim.ts'
import type { Claim, Claimant, KnownIdentifier, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** What a host asks of the object of a weaker identifier. Asked again, it gets the same answer. */
export interface ClaimMessage {
  kind: 'claim'
  mergeId: string
  claimant: Claimant
  verified: boolean
  /** epoch ms at which the event that claims was received, and its session */
  at: EpochMs
  session: SessionMark
}

/** What the survivor says when all has moved. */
export interface CloseMessage {
  kind: 'close'
  mergeId: string
  profileId: string
  /** the audiences that the survivor is in */
  audiences: string[]
}

export type ClaimReply =
  | {
      kind: 'joined'
      hasEvents: boolean
      identifiers: KnownIdentifier[]
      /** a device that several have used: each session is to be proved (ID9) */
      isContested?: boolean
    }
  /** it is taking in another identifier itself: ask again later */
  | { kind: 'busy' }
  | { kind: 'refused'; code: 'owned_by_another' | 'holds_a_profile' | 'shown_with_too_many' }

export const sameIdentifier = (a: Identifier, b: Identifier): boolean => a.type === b.type && a.value === b.value

const retryBaseMs = 1_000
const retryCapMs = 3_600_000

/** When a step of a claim that failed so often is tried again: doubling from a second to an hour. */
export const retryDelayMs = (attempts: number): number => Math.min(retryCapMs, retryBaseMs * 2 ** attempts)

/** What a claim rests on. */
export type ClaimEvidence = Pick<Claim, 'verified' | 'at' | 'session'>

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

const mayJoin = (state: VisitorState, { claimant, verified }: ClaimMessage): boolean => {
  const isEmpty = state.fragments.length === 0 && state.identifiers.length === 0
  if (isEmpty) return true
  const rank = (of: Claimant): number => identifierClasses.indexOf(of.class)
  // Links lead only upward, so no cycle can exist (ID5).
  if (rank(claimant) >= rank(state.self)) return false
  const strongest = Math.min(rank(state.self), ...state.identifiers.filter((id) => !id.isRefused).map(rank))
  // A claimed identity never joins two hosts that both hold person or contact identifiers (ID11); persons never join (ID6).
  return strongest >= (verified ? identifierClasses.indexOf('contact') : identifierClasses.indexOf('device'))
}

/** Whether it is taking in what another hosts; errands do not count, since nobody waits for them. */
export const isTakingIn = ({ claims }: VisitorState): boolean =>
  Object.values(claims).some(({ step }) => step !== 'telling' && step !== 'releasing')

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

const answer = (state: VisitorState, message: ClaimMessage, now: EpochMs): Answer => {
  const { role } = state
  const { claimant, mergeId } = message
  if (mayOwn(claimant, state.self)) return answerDeviceClaim(state, message, now)
  const joined = (next: VisitorState, hasEvents: boolean) => ({
    state: next,
    reply: { kind: 'joined', hasEvents, identifiers: next.identifiers } as const,
  })
  if (role.kind !== 'host') {
    if (sameIdentifier(role.to, claimant)) return joined(state, role.kind === 'moving' && role.mergeId === mergeId)
    return { state, reply: { kind: 'refused', code: 'owned_by_another' } }
  }
  if (isTakingIn(state)) return { state, reply: { kind: 'busy' } }
  if (!mayJoin(state, message)) return { state, reply: { kind: 'refused', code: 'holds_a_profile' } }
  const to: Claimant = { type: claimant.type, value: claimant.value, class: claimant.class }
  const hasEvents = state.fragments.length > 0
  return joined({ ...state, role: { kind: hasEvents ? 'moving' : 'linked', to, mergeId, since: now } }, hasEvents)
}

/**
 * Ends the loser's part: it only links from now on, or, a device, hosts what has not moved. It leaves its audiences in favour of
 * the survivor (AU6).
 */
export const closeMove = (
  before: VisitorState,
  message: CloseMessage,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  const { role } = before
  if (role.kind !== 'moving' || role.mergeId !== message.mergeId) return { state: before, changes: [] }
  if (role.fragments) return closeDeviceMove(before, role.fragments, message, plan, ledger, now, emittedAt)
  let state: VisitorState = { ...before, now: Math.max(before.now, now) }
  const changes: AudienceChange[] = []
  for (const audience of Object.keys(before.memberships).sort()) {
    const reason = { cause: 'merge', causeId: message.mergeId, at: state.now, emittedAt } as const
    const emitted = emitChange(state, audience, false, before.version, reason)
    state = emitted.state
    const isMember = message.audiences.includes(audience)
    changes.push({ ...emitted.change, mergedInto: { profileId: message.profileId, isMember } })
  }
  return { state: { ...state, role: { ...role, kind: 'linked' }, memberships: {}, flips: {} }, changes }
}

/** The state with a claim as it is now, or without one that is over. */
export const withClaim = (state: VisitorState, key: string, claim: Claim | undefined): VisitorState => {
  const { [key]: _done, ...claims } = state.claims
  return { ...state, claims: claim ? { ...claims, [key]: claim } : claims }
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
