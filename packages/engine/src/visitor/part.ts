import { type EpochMs, identifierKey } from '@spartito/protocol'
import { releaseOwnership, type SessionMark } from '../identity/ownership.ts'
import type { Fragment, Merge } from '../profile/fragment.ts'
import { catchUp } from './catch-up.ts'
import {
  type ClaimMessage,
  type ClaimReply,
  newClaim,
  type PartMessage,
  sameIdentifier,
  withAnswered,
} from './claim.ts'
import { type Claim, type Claimant, type Joined, type VisitorState, withRefusals } from './state.ts'
import type { Ledger, Plan, Step } from './step.ts'

/** With whom an identifier remembers to have been taken apart. */
const maxParted = 100

const withParted = ({ parted = [] }: VisitorState, { type, value, class: its }: Claimant): readonly Claimant[] =>
  [...parted.filter((other) => !sameIdentifier(other, { type, value })), { type, value, class: its }].slice(-maxParted)

/** What to take apart, and why. */
export interface Parting {
  /** the merge */
  unmerges: string
  /** the profile that it brought something to, as far as is known; it may have moved on */
  holder: Claimant
  /** under whose name it was joined there; the holder when absent */
  owner?: Claimant
  isTaken: boolean
  at: EpochMs
  session: SessionMark
}

/**
 * Begins to take an identifier out of the profile that it has joined (SPEC ID14): it asks there for what it brought, pulls it back
 * page by page, and hosts it again. A device that belongs to somebody belongs to nobody from now on.
 *
 * @returns the same state where that has begun already
 */
export const beginParting = (state: VisitorState, parting: Parting, now: EpochMs): VisitorState => {
  const { unmerges, holder, owner = holder, isTaken, at, session } = parting
  const key = `part ${unmerges}`
  if (Object.hasOwn(state.claims, key)) return state
  const claim: Claim = {
    ...newClaim(state.self, holder, { verified: false, at, session }, now),
    ...(!isTaken && { basis: 'administrator' as const }),
    step: 'parting',
    unmerges,
  }
  const owners = state.owners && releaseOwnership(state.owners, owner, now)
  return {
    ...state,
    ...(owners && { owners }),
    // Who has lost it to somebody who is vouched for may be vouched for later on.
    ...(!isTaken && { parted: withParted({ ...state, parted: withParted(state, holder) }, owner) }),
    claims: { ...state.claims, [key]: claim },
  }
}

/**
 * Begins to take this identifier out of a profile on an administrator's word (SPEC ID14).
 *
 * @param into under whose name it was joined there
 * @param unmerges the merge: for a linked identifier that by which it links
 * @returns undefined where it is joined by another merge, or moving
 */
export const separateFrom = (
  state: VisitorState,
  { holder, into, unmerges }: { holder: Claimant; into: Claimant; unmerges: string },
  now: EpochMs,
): VisitorState | undefined => {
  const { role } = state
  if (role.kind === 'moving' || (role.kind === 'linked' && role.mergeId !== unmerges)) return undefined
  const session = { id: null, at: now }
  return beginParting(state, { unmerges, holder, owner: into, isTaken: false, at: now, session }, now)
}

/** What the object that takes something apart asks of the profile that has it. */
export const partMessageOf = ({ self, role }: VisitorState, { mergeId, unmerges, basis }: Claim): PartMessage => ({
  kind: 'part',
  mergeId,
  who: self,
  unmerges: unmerges!,
  isLinked: role.kind === 'linked',
  isTaken: basis !== 'administrator',
})

export const mergesOf = ({ before = [], mergeId, mergedAt }: Fragment): readonly Merge[] =>
  mergeId === null ? before : [...before, { mergeId, mergedAt }]

/** The keys of a merged person and of those who had been merged into them before. */
const personsOf = (joined: readonly Joined[], who: Claimant): Set<string> => {
  const persons = new Set([identifierKey(who)])
  for (let size = 0; size < persons.size; ) {
    size = persons.size
    for (const { who: other, into } of joined) if (into && persons.has(into)) persons.add(identifierKey(other))
  }
  return persons
}

/** What goes with an identifier that is taken out of a profile. */
interface Side {
  fragments: number[]
  /** keys of identifiers */
  identifiers: Set<string>
  persons: Set<string>
}

const sideWith = (state: VisitorState, { who, unmerges, isLinked }: PartMessage): Side => {
  const persons = isLinked ? personsOf(state.joined ?? [], who) : new Set<string>()
  const identifiers = new Set(isLinked ? [identifierKey(who)] : [])
  for (const known of state.identifiers)
    if (known.of !== undefined && persons.has(known.of)) identifiers.add(identifierKey(known))
  const isIts = (fragment: Fragment): boolean => {
    if (mergesOf(fragment).some(({ mergeId }) => mergeId === unmerges)) return true
    // What came by a linked identifier is its own; a device is shown with whoever uses it.
    const { via, identifier } = fragment
    return (
      isLinked && (sameIdentifier(identifier, who) || (via !== undefined && (persons.has(via) || identifiers.has(via))))
    )
  }
  return { fragments: state.fragments.filter(isIts).map(({ id }) => id), identifiers, persons }
}

/**
 * Answers who wants to be taken out of this profile (SPEC ID14): what it brought, and what came by it since, may be pulled back, as
 * a device's stretch may. Idempotent.
 *
 * @param clock the collector's
 */
export const answerPart = (
  before: VisitorState,
  message: PartMessage,
  plan: Plan,
  ledger: Ledger,
  clock: EpochMs,
): Step & { reply: ClaimReply } => {
  const unchanged = { state: before, changes: [], appends: [] }
  const { role } = before
  const { mergeId, who, isTaken, isLinked } = message
  if (role.kind === 'linked' || (role.kind === 'moving' && !role.fragments))
    return { ...unchanged, reply: { kind: 'elsewhere', to: role.to } }
  const { granted } = before
  if (granted?.mergeId === mergeId) return { ...unchanged, reply: { ...granted, kind: 'parted' } }
  // It comes again after all has ended: who asked has given it up.
  if (before.answered?.includes(mergeId)) return { ...unchanged, reply: { kind: 'busy' } }
  // Whoever only asks waits for nobody here: two who take from each other would wait for ever.
  const isAdopting = Object.values(before.claims).some(({ step }) => step === 'pulling' || step === 'closing')
  if (role.kind === 'moving' || granted || isAdopting) return { ...unchanged, reply: { kind: 'busy' } }

  const now = Math.max(before.now, clock)
  const side = sideWith(before, message)
  // What is claimed in its name is on its way here, and goes with it once it has come.
  const isClaiming = Object.values(before.claims).some(
    ({ step, as: whose }) =>
      whose && step !== 'telling' && step !== 'releasing' && side.identifiers.has(identifierKey(whose)),
  )
  if (isClaiming) return { ...unchanged, reply: { kind: 'busy' } }
  const { state, changes } = catchUp(before, plan, ledger, now, clock)
  const isSide = (its: Claimant): boolean => side.identifiers.has(identifierKey(its))
  const identifiers = state.identifiers.filter((its) => isSide(its) && !its.isRefused)
  const isGiven = ({ who: other, into }: Joined): boolean =>
    !sameIdentifier(other, who) && into !== undefined && side.persons.has(into)
  const joined = (state.joined ?? []).filter(isGiven)
  const { type, value, class: its } = who
  const left: VisitorState = {
    ...state,
    role: {
      kind: 'moving',
      to: { type, value, class: its },
      mergeId,
      since: now,
      fragments: side.fragments,
      unmerges: message.unmerges,
    },
    identifiers: isLinked
      ? state.identifiers.filter((known) => !isSide(known) || known.isRefused)
      : // Its device is not claimed again by itself.
        state.identifiers.map((known) => (sameIdentifier(known, who) ? { ...known, isRefused: true as const } : known)),
    joined: (state.joined ?? []).filter((merge) => !isGiven(merge) && merge.mergeId !== message.unmerges),
    answered: withAnswered(state, mergeId),
    granted: { mergeId, identifiers, joined },
    ...(!isTaken && { parted: withParted(state, who) }),
  }
  const code = isTaken ? 'taken_by_verified' : 'unmerged'
  const noted = withRefusals(left, [{ code, at: now, identifier: { type, value }, messageId: null }])
  return { state: noted, changes, appends: [], reply: { kind: 'parted', identifiers, joined } }
}

/** An administrator joins what was taken apart, or it is claimed by its own again. */
export const withoutParted = (state: VisitorState, other: Claimant): VisitorState => {
  if (!state.parted?.some((its) => sameIdentifier(its, other))) return state
  const { parted, ...rest } = state
  const left = parted.filter((its) => !sameIdentifier(its, other))
  return left.length === 0 ? rest : { ...rest, parted: left }
}

/** A verified claim on a contact that another only claimed: it is taken out there first (ID11). */
export const takeBack = (state: VisitorState, { at, session }: ClaimMessage, now: EpochMs): VisitorState => {
  const { role } = state
  if (role.kind !== 'linked') return state
  return beginParting(state, { unmerges: role.mergeId, holder: role.to, isTaken: true, at, session }, now)
}

/** The merges that a fragment had been through before the one that is taken apart. */
export const mergesBefore = (merges: readonly Merge[], unmerges: string): readonly Merge[] =>
  merges.slice(
    0,
    Math.max(
      0,
      merges.findIndex(({ mergeId }) => mergeId === unmerges),
    ),
  )
