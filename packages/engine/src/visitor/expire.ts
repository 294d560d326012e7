import type { AudienceChange, EpochMs } from '@spartito/protocol'
import { emitChange } from './decide-audiences.ts'
import { wholeMs } from './ledger.ts'
import { type Claimant, newVisitor, type VisitorState } from './state.ts'
import type { Plan, Step } from './step.ts'

const isOfNobody = ({ class: its }: Claimant): boolean => its === 'device' || its === 'group'

/** Whether nothing tells who somebody is: all identifiers but those that were refused are of devices and groups. */
const isAnonymous = ({ self, identifiers }: VisitorState): boolean =>
  isOfNobody(self) && identifiers.every((identifier) => identifier.isRefused || isOfNobody(identifier))

/** What the lake has not got yet is read from the ledger (DE1); whether an `unsure` commit was sent, its client knows (see PR1). */
const isForwarded = ({ forwarded, commit, unsent }: VisitorState): boolean =>
  forwarded === commit && unsent.length === 0

/**
 * When an event was last taken. By the collector's clock: what happened long ago and is imported, or sent late by a phone, shows
 * today that somebody is there. Data that came from another object shows it by its own time, which is never later.
 */
const lastTakenAt = ({ lastReceivedAt, fragments }: VisitorState): EpochMs =>
  fragments.reduce((latest, { lastSeen }) => Math.max(latest, lastSeen), lastReceivedAt)

/**
 * When a profile ends unless an event comes; undefined for one that knows a person or a contact, for an object that hosts
 * none, and while a claim or the lake still needs the data, which has an alarm of its own.
 */
const endOf = (state: VisitorState, { anonymousMs }: Plan): EpochMs | undefined => {
  if (state.role.kind !== 'host' || state.fragments.length === 0 || !isAnonymous(state)) return undefined
  for (const _claim in state.claims) return undefined
  return isForwarded(state) ? lastTakenAt(state) + anonymousMs : undefined
}

/** When `expire` has next something to do, as far as is known now; undefined when it has not. */
export const nextExpiryOf = (state: VisitorState, plan: Plan): EpochMs | undefined => {
  const { hashesUntil } = state
  const end = endOf(state, plan)
  return hashesUntil === undefined || end === undefined ? (end ?? hashesUntil) : Math.min(end, hashesUntil)
}

/** What has to outlive a profile, so that the next one of the same name repeats no key and goes back to no version. */
const tombstoneOf = (state: VisitorState): VisitorState => {
  const {
    now,
    version,
    memoryVersion,
    policy,
    commit,
    forwarded,
    seq,
    listings,
    nextFragment,
    nextSpill,
    consentNotices,
    owners,
    shownWith,
    answered,
    numbers,
    parted,
    blockedAt,
    erasedAt,
  } = state
  return {
    ...newVisitor(state.self, state.profileId),
    now,
    version,
    policy,
    commit,
    forwarded,
    seq,
    listings,
    nextFragment,
    // What others have said of the identifier holds for what it does next: whose it is (ID7), and that it stitches nothing (ID3).
    ...(owners && { owners }),
    ...(shownWith && { shownWith }),
    ...(answered && { answered }),
    ...(numbers && { numbers }),
    ...(parted && { parted }),
    ...(blockedAt !== undefined && { blockedAt }),
    ...(erasedAt !== undefined && { erasedAt }),
    ...(memoryVersion !== undefined && { memoryVersion }),
    ...(nextSpill !== undefined && { nextSpill }),
    ...(consentNotices !== undefined && { consentNotices }),
  }
}

const end = (before: VisitorState, now: EpochMs): Step => {
  let state: VisitorState = { ...before, now: Math.max(before.now, now) }
  const changes: AudienceChange[] = []
  for (const audience of Object.keys(before.memberships).sort()) {
    const reason = { cause: 'expiry', causeId: null, at: state.now, emittedAt: now } as const
    const emitted = emitChange(state, audience, false, before.version, reason)
    state = emitted.state
    changes.push(emitted.change)
  }
  const tombstone = tombstoneOf(state)
  // A client may still repeat what it has sent (WI9).
  const hashesUntil = lastTakenAt(before) + wholeMs
  return hashesUntil > now
    ? { state: { ...tombstone, hashesUntil }, changes, appends: [], forgets: 'lines' }
    : { state: tombstone, changes, appends: [], forgets: 'ledger' }
}

/**
 * Ends an anonymous profile that has been idle for as long as the plan says (SPEC ID15): it leaves its audiences, and its data go, in
 * the same transaction, so that nothing comes between. What is left is the name, the counters and, while copies of its events may
 * come (WI9), the hashes of their messageIds, which a later call drops. An event that comes afterwards begins a new profile under
 * the same profileId, whose changes count on. Pure.
 *
 * @param now epoch ms, the collector's clock
 * @returns a step with the same state when nothing is due
 */
export const expire = (before: VisitorState, plan: Plan, now: EpochMs): Step => {
  if ((endOf(before, plan) ?? Number.POSITIVE_INFINITY) <= now) return end(before, now)
  const { hashesUntil, ...state } = before
  if (hashesUntil !== undefined && hashesUntil <= now) return { state, changes: [], appends: [], forgets: 'hashes' }
  return { state: before, changes: [], appends: [] }
}
