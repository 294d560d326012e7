import { type ConsentNotice, type ConsentRecord, decide, type EpochMs } from '@spartito/protocol'
import { own } from '../own.ts'
import { consentOf } from '../profile/decided-consent.ts'
import { changeBody } from './change-body.ts'
import type { VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** Clients repeat their choice with every event; of several fragments what is repeated may still be what now counts. */
const mayHaveChanged = (before: VisitorState, after: VisitorState): boolean => {
  const [[one, ...others], [other, ...more]] = [before.fragments, after.fragments]
  if (before.policy !== after.policy || !one || !other || others.length + more.length > 0) return true
  for (const purpose in other.consent)
    if (own(one.consent, purpose)?.state !== own(other.consent, purpose)?.state) return true
  return false
}

/** The audiences that it was in before and is in after: whoever enters or exits says so by a change. */
const stayedIn = (before: VisitorState, after: VisitorState): Record<string, EpochMs> => {
  const stayed: Record<string, EpochMs> = {}
  for (const [id, { since }] of Object.entries(after.memberships))
    if (own(before.memberships, id)?.since === since) stayed[id] = since
  return stayed
}

/**
 * What destinations need to be told when a step is about to be stored by which a member consents to what it did not, or no longer does
 * what it did (SPEC CO6): an audience may need less than a destination that hears of it, so that nobody exits by it. Pure.
 *
 * @returns the state to store, which counts the notices, and the notice for the outbox; none while no destination's answer differs
 */
export const noticeConsent = (
  before: VisitorState | undefined,
  after: VisitorState,
  plan: Pick<Plan, 'destinationPurposes'> | undefined,
  emittedAt: EpochMs,
): { state: VisitorState; notice?: ConsentNotice } => {
  const unchanged = { state: after }
  const { destinationPurposes = [] } = plan ?? {}
  if (!before || destinationPurposes.length === 0 || after.role.kind === 'linked') return unchanged
  if (before.fragments === after.fragments && before.policy === after.policy) return unchanged
  if (!mayHaveChanged(before, after)) return unchanged
  const members = stayedIn(before, after)
  if (Object.keys(members).length === 0) return unchanged
  const [was, is] = [consentOf(before.fragments), consentOf(after.fragments)]
  const differs = (purposes: readonly string[]): boolean =>
    (decide(purposes, was, before.policy) === 'granted') !== (decide(purposes, is, after.policy) === 'granted')
  const differing = destinationPurposes.filter(differs)
  if (differing.length === 0) return unchanged
  // What else was decided is nobody's business here.
  const asked = new Set(differing.flat())
  const consent: ConsentRecord = Object.fromEntries(Object.entries(was).filter(([purpose]) => asked.has(purpose)))
  const order = (after.consentNotices ?? 0) + 1
  const state = { ...after, consentNotices: order }
  const { profileId, version, seq, now } = after
  return {
    state,
    notice: {
      type: 'profile.consented',
      profileId,
      order,
      after: seq,
      version,
      was: { consent, policy: before.policy },
      members,
      effectiveAt: now,
      emittedAt,
      ...changeBody(after),
    },
  }
}
