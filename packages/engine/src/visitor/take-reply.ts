import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import type { Input } from '../audience/leaf.ts'
import { maxIdentifiers } from '../identity/limits.ts'
import { own } from '../own.ts'
import { catchUp } from './catch-up.ts'
import { type ClaimReply, deferClaim, sameIdentifier, withClaim } from './claim.ts'
import { decideAudiences } from './decide-audiences.ts'
import { typesOf } from './evidence.ts'
import { audiencesOf } from './ingest.ts'
import { withoutParted } from './part.ts'
import {
  type Claim,
  type IdentityRefusal,
  type Joined,
  type KnownIdentifier,
  type VisitorState,
  withRefusals,
} from './state.ts'
import type { Ledger, Plan, Step } from './step.ts'

const markRefused = (identifiers: readonly KnownIdentifier[], refused: Identifier): KnownIdentifier[] =>
  identifiers.map((known) => (sameIdentifier(known, refused) ? { ...known, isRefused: true } : known))

/** What joined, for the record: a contact that brought nothing tells of itself by its link. */
const recordOf = (
  claim: Claim,
  { hasEvents, joined = [] }: Extract<ClaimReply, { kind: 'joined' }>,
  now: EpochMs,
): Joined[] => {
  const { identifier: who, mergeId, verified, basis, messageId, as: side } = claim
  if (who.class === 'device' || (who.class === 'contact' && !hasEvents && !basis)) return []
  const whole: Joined = {
    mergeId,
    who,
    at: now,
    verified,
    messageId: messageId ?? null,
    ...(basis && { basis }),
    ...(side && { into: identifierKey(side) }),
  }
  return [...joined.map((its) => (its.into === undefined ? { ...its, into: identifierKey(who) } : its)), whole]
}

/** What is known of an identifier once a claim on it is answered. It may have been lost since: that can be known here before the answer is. */
const answered = (known: KnownIdentifier, claim: Claim, answeredSeq: number | undefined): KnownIdentifier => {
  const claimSeq = Math.max(known.claimSeq ?? 0, answeredSeq ?? 0)
  const { lostAt, lostSeq, signedOutAt, ...rest } = known
  const held = claimSeq > 0 ? { ...rest, claimSeq } : rest
  if (lostAt === undefined) return held
  // A logout has no number, but it is of this object as the claim is: the device lets go of whom it hears of it after their claim.
  const isSignedOut = (signedOutAt ?? (lostSeq === undefined ? lostAt : 0)) >= claim.at
  return isSignedOut || (lostSeq ?? 0) > claimSeq ? { ...known, ...held } : held
}

const join = (
  state: VisitorState,
  key: string,
  reply: Extract<ClaimReply, { kind: 'joined' }>,
  now: EpochMs,
): VisitorState => {
  const claim = own(state.claims, key)!
  const { identifier, as: side } = claim
  // A person's or contact's things are theirs, whatever profile they are part of (ID14).
  const linked = identifier.class === 'device' ? side : identifier
  const whose = linked && identifierKey(linked)
  const isKnown = (its: KnownIdentifier): boolean => state.identifiers.some((known) => sameIdentifier(known, its))
  const brought = reply.identifiers
    .filter((its) => !isKnown(its))
    .map((its) => (whose === undefined || its.of !== undefined ? its : { ...its, of: whose }))
  const known = state.identifiers.map((its) => {
    if (!sameIdentifier(its, identifier)) return its
    const held = answered(its, claim, reply.claimSeq)
    return reply.isContested ? { ...held, isContested: true, provedIn: claim.session } : held
  })
  const identifiers = [...known, ...brought]
  // An alias and an administrator name what no event has shown here.
  if (!identifiers.some((its) => sameIdentifier(its, identifier)))
    identifiers.push({
      ...answered({ ...identifier, verified: claim.verified, firstSeen: now, lastSeen: now }, claim, reply.claimSeq),
      ...(whose !== undefined && { of: whose }),
    })
  const records = [...(state.joined ?? []), ...recordOf(claim, reply, now)]
  const joined: VisitorState = {
    ...withoutParted(state, identifier),
    identifiers: identifiers.slice(0, maxIdentifiers),
    ...(records.length > 0 && { joined: records }),
  }
  return withClaim(joined, key, reply.hasEvents ? { ...claim, step: 'pulling', attempts: 0 } : undefined)
}

/** It hosts again, with what is its own; what it brought is to be pulled back (ID14). */
const part = (
  state: VisitorState,
  key: string,
  { identifiers, joined }: Extract<ClaimReply, { kind: 'parted' }>,
): VisitorState => {
  const its = identifierKey(state.self)
  const returned = identifiers.map(
    ({ of, ...known }): KnownIdentifier => (of === its || of === undefined ? known : { ...known, of }),
  )
  // What a linked one knew before it joined was given to the other, and comes back as it is now.
  const isKept = (known: KnownIdentifier): boolean => state.role.kind === 'host' || sameIdentifier(known, state.self)
  const kept = state.identifiers.filter(
    (known) => isKept(known) && !returned.some((other) => sameIdentifier(known, other)),
  )
  const records = joined.map(
    ({ into, ...merge }): Joined => (into === its || into === undefined ? merge : { ...merge, into }),
  )
  return withClaim(
    {
      ...state,
      role: { kind: 'host' },
      identifiers: [...kept, ...returned],
      ...(records.length > 0 && { joined: records }),
    },
    key,
    { ...own(state.claims, key)!, step: 'pulling', attempts: 0 },
  )
}

const settle = (
  state: VisitorState,
  key: string,
  reply: Exclude<ClaimReply, { kind: 'busy' }>,
  now: EpochMs,
): VisitorState => {
  const claim = own(state.claims, key)!
  switch (reply.kind) {
    case 'refused': {
      const { messageId = null } = claim
      const evidence: IdentityRefusal = { code: reply.code, at: now, identifier: claim.identifier, messageId }
      const refused = { ...state, identifiers: markRefused(state.identifiers, claim.identifier) }
      return withRefusals(withClaim(refused, key, undefined), [evidence])
    }
    // The other side has a claim of its own now.
    case 'reversed':
      return withClaim(state, key, undefined)
    case 'elsewhere': {
      const isHere = sameIdentifier(reply.to, state.self)
      return withClaim(state, key, isHere ? undefined : { ...claim, identifier: reply.to, attempts: 0 })
    }
    case 'parted':
      return part(state, key, reply)
    case 'joined':
      return join(state, key, reply, now)
  }
}

/** Types of identifiers that a profile has gained or lost. */
const changedTypes = (before: VisitorState, after: VisitorState): Input[] => {
  const [had, has] = [typesOf(before), typesOf(after)]
  const changed = [...had, ...has].filter((type) => had.has(type) !== has.has(type))
  return changed.map((type): Input => `identifier:${type}`)
}

/**
 * Takes the reply to a claim at the object that asked. Audiences that look at identifiers are decided in the same
 * transaction, with cause `merge` (AU5): when the claim is refused, too, since what another holds is none of this profile.
 * When events are to come, they are decided with these.
 *
 * @param clock the collector's
 */
export const takeReply = (
  before: VisitorState,
  key: string,
  reply: ClaimReply,
  plan: Plan,
  ledger: Ledger,
  clock: EpochMs,
): Step => {
  const claim = own(before.claims, key)
  if (claim?.step !== 'asking' && claim?.step !== 'parting') return { state: before, changes: [], appends: [] }
  if (reply.kind === 'busy') return { state: deferClaim(before, key, clock), changes: [], appends: [] }
  const now = Math.max(before.now, clock)
  const current = catchUp(before, plan, ledger, now, clock)
  const state = settle(current.state, key, reply, clock)
  const isLater = reply.kind === 'parted' || (reply.kind === 'joined' && reply.hasEvents)
  const ids = isLater ? [] : audiencesOf(changedTypes(current.state, state), plan)
  const reason = { cause: 'merge', causeId: claim.mergeId, at: now, emittedAt: clock } as const
  const decided = decideAudiences(state, plan, ids, reason)
  return { state: decided.state, changes: [...current.changes, ...decided.changes], appends: [] }
}
