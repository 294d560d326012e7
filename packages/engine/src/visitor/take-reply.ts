import type { EpochMs, Identifier } from '@spartito/protocol'
import type { Input } from '../audience/leaf.ts'
import { maxIdentifiers } from '../identity/limits.ts'
import { own } from '../own.ts'
import { catchUp } from './catch-up.ts'
import { type ClaimReply, deferClaim, sameIdentifier, withClaim } from './claim.ts'
import { decideAudiences } from './decide-audiences.ts'
import { typesOf } from './evidence.ts'
import { audiencesOf } from './ingest.ts'
import { type IdentityRefusal, type KnownIdentifier, type VisitorState, withRefusals } from './state.ts'
import type { Ledger, Plan, Step } from './step.ts'

const markRefused = (identifiers: readonly KnownIdentifier[], refused: Identifier): KnownIdentifier[] =>
  identifiers.map((known) => (sameIdentifier(known, refused) ? { ...known, isRefused: true } : known))

const settle = (
  state: VisitorState,
  key: string,
  reply: Exclude<ClaimReply, { kind: 'busy' }>,
  now: EpochMs,
): VisitorState => {
  const claim = own(state.claims, key)!
  if (reply.kind === 'refused') {
    const evidence: IdentityRefusal = { code: reply.code, at: now, identifier: claim.identifier, messageId: null }
    const refused = { ...state, identifiers: markRefused(state.identifiers, claim.identifier) }
    return withRefusals(withClaim(refused, key, undefined), [evidence])
  }
  const brought = reply.identifiers.filter(
    (identifier) => !state.identifiers.some((known) => sameIdentifier(known, identifier)),
  )
  const known = state.identifiers.map((its) => {
    if (!sameIdentifier(its, claim.identifier)) return its
    const { lostAt, ...held } = its
    // Lost since the claim was made, by a logout or to another: that may be known here before the answer is.
    const again = lostAt !== undefined && lostAt >= claim.at ? { ...held, lostAt } : held
    return reply.isContested ? { ...again, isContested: true, provedIn: claim.session } : again
  })
  const joined = { ...state, identifiers: [...known, ...brought].slice(0, maxIdentifiers) }
  return withClaim(joined, key, reply.hasEvents ? { ...claim, step: 'pulling', attempts: 0 } : undefined)
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
  if (claim?.step !== 'asking') return { state: before, changes: [], appends: [] }
  if (reply.kind === 'busy') return { state: deferClaim(before, key, clock), changes: [], appends: [] }
  const now = Math.max(before.now, clock)
  const current = catchUp(before, plan, ledger, now, clock)
  const state = settle(current.state, key, reply, clock)
  const isLater = reply.kind === 'joined' && reply.hasEvents
  const ids = isLater ? [] : audiencesOf(changedTypes(current.state, state), plan)
  const reason = { cause: 'merge', causeId: claim.mergeId, at: now, emittedAt: clock } as const
  const decided = decideAudiences(state, plan, ids, reason)
  return { state: decided.state, changes: [...current.changes, ...decided.changes], appends: [] }
}
