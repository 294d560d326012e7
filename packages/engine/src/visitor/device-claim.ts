import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import {
  currentOwner,
  isContested,
  isSameSession,
  noteAdopted,
  type Ownership,
  releaseOwnership,
  type SessionMark,
  takeOwnership,
} from '../identity/ownership.ts'
import { own } from '../own.ts'
import type { Fragment } from '../profile/fragment.ts'
import { type ClaimMessage, type ClaimReply, isTakingIn, newClaim, sameIdentifier, withAnswered } from './claim.ts'
import { rankOf } from './direction.ts'
import { withoutParted } from './part.ts'
import type { Claim, Claimant, VisitorState } from './state.ts'

/** Whether an identifier's object may own that of another: a person or contact a device (ID7). */
export const mayOwn = (claimant: Claimant, self: Claimant): boolean =>
  self.class === 'device' && rankOf(claimant) < rankOf(self)

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
  // What an administrator joins is all of it.
  if (message.basis === 'administrator') return fragments.map(({ id }) => id)
  const open = fragments.filter(({ isSealed }) => !isSealed)
  const adopted = isContested(owners, message.at) ? open.filter((its) => isOfSession(its, message.session)) : open
  return adopted.map(({ id }) => id)
}

/** What moves is sealed with the rest: what comes meanwhile would be lost with it at the close. */
const seal = (fragments: readonly Fragment[]): Fragment[] =>
  fragments.map((fragment) => (fragment.isSealed ? fragment : { ...fragment, isSealed: true }))

/** The old owner is told that the device has passed on, so that it claims it again when it is shown there. */
const tell = (
  state: VisitorState,
  lost: Claimant,
  { since: at, session, claimSeq }: Ownership,
  now: EpochMs,
): VisitorState => {
  const errand: Claim = {
    ...newClaim(state.self, lost, { verified: false, at, session }, now),
    step: 'telling',
    claimSeq,
  }
  return { ...state, claims: { ...state.claims, [`tell ${identifierKey(lost)}`]: errand } }
}

const numberOf = ({ numbers }: VisitorState, mergeId: string): Pick<Claim, 'claimSeq'> => {
  const claimSeq = numbers && own(numbers, mergeId)
  return claimSeq === undefined ? {} : { claimSeq }
}

/** As many numbers are kept as answers are known by (`withAnswered`). */
const withNumber = ({ numbers, answered = [] }: VisitorState, mergeId: string, claimSeq: number) =>
  Object.fromEntries([
    ...Object.entries(numbers ?? {}).filter(([known]) => answered.includes(known)),
    [mergeId, claimSeq],
  ])

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
      ...numberOf(next, mergeId),
    } as const,
  })
  if (role.kind === 'moving' && role.mergeId === mergeId) return joined(state, true)
  // It may come late, after another's claim or a logout: it takes the device back from nobody.
  const { answered = [] } = state
  if (answered.includes(mergeId)) return joined(state, false)
  if (role.kind === 'moving' || isTakingIn(state)) return { state, reply: { kind: 'busy' } }
  const { ownerships, lost } = takeOwnership(state.owners ?? [], message)
  const adopted = adoptable(state.fragments, ownerships, message)
  // Not `lastSeen`: what came too late to be seen (AU4) is adopted, too.
  const times = state.fragments.flatMap(({ id, events }) => (adopted.includes(id) ? Object.values(events) : []))
  const adoptedTo = times.reduce((newest, { last }) => Math.max(newest, last), 0)
  let next: VisitorState = {
    ...withoutParted(state, claimant),
    // It had joined another device: what it has brought stays there.
    role: { kind: 'host' },
    owners: noteAdopted(ownerships, adoptedTo),
    fragments: seal(state.fragments),
    answered: withAnswered(state, mergeId),
    numbers: withNumber(state, mergeId, ownerships.at(-1)!.claimSeq),
  }
  if (lost) next = tell(next, lost, ownerships.at(-1)!, now)
  if (adopted.length === 0) return joined(next, false)
  const to: Claimant = { type: claimant.type, value: claimant.value, class: claimant.class }
  return joined({ ...next, role: { kind: 'moving', to, mergeId, since: now, fragments: adopted } }, true)
}

/**
 * Another has the device, or has it no more: shown again, it is claimed again (ID7). Claims from here that the device has numbered
 * later have taken it back, whatever comes first: the loss or the answers to them.
 *
 * @param claimSeq the number of the claim by which it was lost; undefined when it was told by what knows of none
 */
export const loseDevice = (
  state: VisitorState,
  device: Identifier,
  at: EpochMs,
  claimSeq: number | undefined,
): VisitorState => ({
  ...state,
  identifiers: state.identifiers.map((known) => {
    if (!sameIdentifier(known, device)) return known
    if (claimSeq !== undefined && claimSeq <= (known.claimSeq ?? 0)) return { ...known, isContested: true }
    const lostSeq = claimSeq === undefined ? {} : { lostSeq: Math.max(known.lostSeq ?? 0, claimSeq) }
    return { ...known, ...lostSeq, lostAt: Math.max(known.lostAt ?? at, at), isContested: true }
  }),
})

/**
 * Whether a device that is not known here may be about to be, or has just been given back: who joins or is taken out brings devices
 * along as they were known when it was asked. A loss that came in between would be forgotten, so it is told again later.
 */
export const mayLearnOf = ({ identifiers, claims, granted }: VisitorState, device: Identifier): boolean => {
  const isIt = (its: Identifier): boolean => sameIdentifier(its, device)
  if (identifiers.some(isIt)) return false
  if (granted?.identifiers.some(isIt)) return true
  return Object.values(claims).some(
    ({ step, identifier }) => (step === 'asking' || step === 'parting') && !isIt(identifier),
  )
}

/** The owner of a device has signed out of it (ID9). */
export const releaseDevice = (state: VisitorState, owner: Identifier, at: EpochMs): VisitorState => {
  const owners = releaseOwnership(state.owners ?? [], owner, at)
  return owners === state.owners || currentOwner(state.owners ?? []) === undefined ? state : { ...state, owners }
}
