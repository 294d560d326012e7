import { type ConsentRecord, type EpochMs, identifierKey, type Purpose } from '@spartito/protocol'
import { own, put } from '../own.ts'
import type { Fragment, FragmentConsent, Merge } from './fragment.ts'
import { isExpressed, type KeptDecision } from './kept-decisions.ts'
import { isNewer } from './provenance.ts'

/** What one identifier's events say of a purpose last, and which fragment has it. */
interface Word {
  decision: FragmentConsent
  fragment: Fragment
  /** the visitor made it by an event of its own; else it was carried along */
  isMade: boolean
}

const stateIn = ({ choice }: KeptDecision, purpose: Purpose): FragmentConsent['state'] | undefined => {
  const isGranted = own(choice, purpose)
  return isGranted === undefined ? undefined : isGranted ? 'granted' : 'denied'
}

/**
 * What an identifier says of a purpose: its newest choice, which its newest decision dates if that is the same: an event that carries
 * along what was decided is no decision, however new it is.
 */
const wordOf = (fragments: readonly Fragment[], purpose: Purpose): Word | undefined => {
  let word: Word | undefined
  let made: Word | undefined
  for (const fragment of fragments) {
    const choice = own(fragment.consent, purpose)
    if (choice && isNewer(choice, word?.decision)) word = { decision: choice, fragment, isMade: false }
    for (const kept of fragment.decisions ?? []) {
      const state = stateIn(kept, purpose)
      if (state === undefined || !isExpressed(kept) || !isNewer(kept, made?.decision)) continue
      const { timestamp, receivedAt, messageId, source } = kept
      made = { decision: { state, timestamp, receivedAt, messageId, source }, fragment, isMade: true }
    }
  }
  return made && made.decision.state === word?.decision.state ? made : word
}

const mergesOf = ({ before = [], mergeId, mergedAt }: Fragment): readonly Merge[] =>
  mergeId === null ? before : [...before, { mergeId, mergedAt }]

/** When what two fragments hold became one profile; undefined when it always was, infinity while it moves. */
const joinedAt = (a: Fragment, b: Fragment): EpochMs | undefined => {
  const [left, right] = [[...mergesOf(a)], [...mergesOf(b)]]
  while (left.length > 0 && left.at(-1)!.mergeId === right.at(-1)?.mergeId) {
    left.pop()
    right.pop()
  }
  const ends = [left.at(-1), right.at(-1)].filter((merge) => merge !== undefined)
  if (ends.length === 0) return undefined
  return Math.max(...ends.map(({ mergedAt }) => mergedAt ?? Number.POSITIVE_INFINITY))
}

/** Whether a grant is the newer decision that a denial gives way to (CO4): of two that merged, only one that was made after that. */
const lifts = (grant: Word, denial: Word): boolean => {
  if (grant.decision.state !== 'granted' || !isNewer(grant.decision, denial.decision)) return false
  const at = joinedAt(grant.fragment, denial.fragment)
  return at === undefined || (grant.isMade && grant.decision.timestamp > at)
}

const newestOf = (words: readonly Word[]): FragmentConsent =>
  words.reduce((newest, { decision }) => (isNewer(decision, newest) ? decision : newest), words[0]!.decision)

const decidedOn = (purpose: Purpose, byIdentifier: readonly (readonly Fragment[])[]): FragmentConsent => {
  const words = byIdentifier.flatMap((fragments) => wordOf(fragments, purpose) ?? [])
  const denials = words.filter((word) => word.decision.state === 'denied' && !words.some((other) => lifts(other, word)))
  return newestOf(denials.length > 0 ? denials : words.filter(({ decision }) => decision.state === 'granted'))
}

/**
 * The decision on each purpose: each identifier's newest, of which a denial stands until a newer decision grants. Across a merge that is
 * one that the visitor made after it (CO4): what a device goes on carrying along lifts nobody else's denial.
 */
export const consentDecisions = (fragments: readonly Fragment[]): Record<Purpose, FragmentConsent> => {
  const decided: Record<Purpose, FragmentConsent> = {}
  const byIdentifier = [...Map.groupBy(fragments, ({ identifier }) => identifierKey(identifier)).values()]
  for (const { consent } of fragments)
    for (const purpose of Object.keys(consent))
      if (!Object.hasOwn(decided, purpose)) put(decided, purpose, decidedOn(purpose, byIdentifier))
  return decided
}

export const consentOf = (fragments: readonly Fragment[]): ConsentRecord => {
  // Asked with each request, and nearly always of a profile of one device, of which the newest word counts.
  const decided = fragments.length === 1 ? fragments[0]!.consent : consentDecisions(fragments)
  return Object.fromEntries(Object.entries(decided).map(([purpose, { state }]) => [purpose, state]))
}
