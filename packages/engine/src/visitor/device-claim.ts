import {
  type AudienceChange,
  type EpochMs,
  type Identifier,
  identifierClasses,
  identifierKey,
} from '@spartito/protocol'
import {
  currentOwner,
  isContested,
  isSameSession,
  type Ownership,
  releaseOwnership,
  type SessionMark,
  takeOwnership,
} from '../identity/ownership.ts'
import type { Fragment } from '../profile/fragment.ts'
import { catchUp } from './catch-up.ts'
import { type ClaimMessage, type ClaimReply, type CloseMessage, isTakingIn, newClaim, sameIdentifier } from './claim.ts'
import { decideAudiences } from './decide-audiences.ts'
import type { Claimant, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

const rank = ({ class: its }: Claimant): number => identifierClasses.indexOf(its)

/** Whether an identifier's object may own that of another: a person or contact a device (ID7). */
export const mayOwn = (claimant: Claimant, self: Claimant): boolean =>
  self.class === 'device' && rank(claimant) < rank(self)

/** Whether a device's fragment is of a session: its newest one is. */
export const isOfSession = ({ sessions }: Fragment, session: SessionMark): boolean => {
  const newest = sessions?.kept[0]
  if (!newest) return false
  const [start, end, , id] = newest
  const own = id ?? null
  if (own !== null && session.id !== null) return own === session.id
  return [start, end].some((at) => isSameSession({ id: null, at }, { id: null, at: session.at }))
}

/**
 * What a claimant adopts of a device (ID8): its stretch since the last ownership, of a contested one the claimant's session
 * alone. What is not adopted now never is.
 */
const adoptable = (fragments: readonly Fragment[], owners: readonly Ownership[], message: ClaimMessage): number[] => {
  const open = fragments.filter(({ isSealed }) => !isSealed)
  const adopted = isContested(owners, message.at) ? open.filter((its) => isOfSession(its, message.session)) : open
  return adopted.map(({ id }) => id)
}

/** What moves is sealed with the rest: what comes meanwhile would be lost with it at the close. */
const seal = (fragments: readonly Fragment[]): Fragment[] =>
  fragments.map((fragment) => (fragment.isSealed ? fragment : { ...fragment, isSealed: true }))

/** Claims that are known as answered when they come again. */
const maxAnswered = 20

/** The old owner is told that the device has passed on, so that it claims it again when it is shown there. */
const tell = (state: VisitorState, lost: Claimant, at: EpochMs, session: SessionMark, now: EpochMs): VisitorState => {
  const errand = newClaim(state.self, lost, { verified: false, at, session }, now)
  return { ...state, claims: { ...state.claims, [`tell ${identifierKey(lost)}`]: { ...errand, step: 'telling' } } }
}

/** Answers the claim of a stronger identifier on a device (ID7, ID8): it passes to the claimant; idempotent. */
export const answerDeviceClaim = (
  state: VisitorState,
  message: ClaimMessage,
  now: EpochMs,
): { state: VisitorState; reply: ClaimReply } => {
  const { role } = state
  const { claimant, mergeId } = message
  const joined = (next: VisitorState, hasEvents: boolean) => ({
    state: next,
    reply: {
      kind: 'joined',
      hasEvents,
      identifiers: next.identifiers,
      isContested: isContested(next.owners ?? [], message.at),
    } as const,
  })
  if (role.kind === 'moving' && role.mergeId === mergeId) return joined(state, true)
  // It may come late, after another's claim or a logout: it takes the device back from nobody.
  const { answered = [] } = state
  if (answered.includes(mergeId)) return joined(state, false)
  if (role.kind !== 'host' || isTakingIn(state)) return { state, reply: { kind: 'busy' } }
  const { ownerships, lost } = takeOwnership(state.owners ?? [], message)
  const adopted = adoptable(state.fragments, ownerships, message)
  let next: VisitorState = {
    ...state,
    owners: ownerships,
    fragments: seal(state.fragments),
    answered: [...answered, mergeId].slice(-maxAnswered),
  }
  if (lost) next = tell(next, lost, ownerships.at(-1)!.since, message.session, now)
  if (adopted.length === 0) return joined(next, false)
  const to: Claimant = { type: claimant.type, value: claimant.value, class: claimant.class }
  return joined({ ...next, role: { kind: 'moving', to, mergeId, since: now, fragments: adopted } }, true)
}

/** Ends the move of a device's fragments: it hosts the others, and leaves the audiences that they alone do not hold up (AU6). */
export const closeDeviceMove = (
  before: VisitorState,
  moved: readonly number[],
  message: CloseMessage,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  emittedAt: EpochMs,
): { state: VisitorState; changes: AudienceChange[] } => {
  const fragments = before.fragments.filter(({ id }) => !moved.includes(id))
  const leaving = [...(before.leaving ?? []), ...moved]
  const at = Math.max(before.now, now)
  const host: VisitorState = { ...before, now: at, role: { kind: 'host' }, fragments, leaving }
  const current = fragments.length > 0 ? catchUp(host, plan, ledger, at, emittedAt) : { state: host, changes: [] }
  const ids = new Set([...Object.keys(current.state.memberships), ...Object.keys(current.state.flips)])
  const reason = { cause: 'merge', causeId: message.mergeId, at, emittedAt } as const
  // Who has nothing left is nobody, whatever holds for somebody who has done nothing.
  const empty: Plan = { ...plan, audiences: { ...plan.audiences, byId: new Map() } }
  const inOrder = [...ids].sort().reverse()
  const decided = decideAudiences(current.state, fragments.length > 0 ? plan : empty, inOrder, reason)
  const changes = decided.changes.map(
    (change): AudienceChange =>
      change.type === 'audience.exited'
        ? {
            ...change,
            cause: 'merge',
            version: current.state.version,
            mergedInto: { profileId: message.profileId, isMember: message.audiences.includes(change.audience) },
          }
        : change,
  )
  return { state: decided.state, changes: [...current.changes, ...changes] }
}

/** Another has the device, or has it no more: shown again, it is claimed again (ID7). What is told late takes back no later loss. */
export const loseDevice = (state: VisitorState, device: Identifier, at: EpochMs): VisitorState => ({
  ...state,
  identifiers: state.identifiers.map((known) =>
    sameIdentifier(known, device) ? { ...known, lostAt: Math.max(known.lostAt ?? at, at), isContested: true } : known,
  ),
})

/** The owner of a device has signed out of it (ID9). */
export const releaseDevice = (state: VisitorState, owner: Identifier, at: EpochMs): VisitorState => {
  const owners = releaseOwnership(state.owners ?? [], owner, at)
  return owners === state.owners || currentOwner(state.owners ?? []) === undefined ? state : { ...state, owners }
}
