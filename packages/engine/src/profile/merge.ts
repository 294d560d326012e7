import type { ConsentRecord, EpochMs, Identifier } from '@spartito/protocol'
import { own, put } from '../own.ts'
import type { Fragment, FragmentConsent, Trait } from './fragment.ts'
import { isNewer } from './provenance.ts'
import type { Score, Touch } from './touch.ts'

/** The value that wins among fragments: the latest by (timestamp, receivedAt, messageId) (ID13). */
export const traitOf = (
  fragments: readonly Fragment[],
  name: string,
): (Trait & { identifier: Identifier }) | undefined => {
  let winner: (Trait & { identifier: Identifier }) | undefined
  for (const { traits, identifier } of fragments) {
    const trait = own(traits, name)
    if (trait && isNewer(trait, winner)) winner = { ...trait, identifier }
  }
  return winner
}

const newestDecisions = (fragments: readonly Fragment[]): Record<string, FragmentConsent> => {
  const newest: Record<string, FragmentConsent> = {}
  for (const { consent } of fragments)
    for (const [purpose, decision] of Object.entries(consent))
      if (isNewer(decision, own(newest, purpose))) put(newest, purpose, decision)
  return newest
}

/**
 * The decision on each purpose: the newest. Of sides that merged the newest of each side is taken and a denial wins, until
 * one is made after the merge (CO4).
 */
export const consentDecisions = (fragments: readonly Fragment[]): Record<string, FragmentConsent> => {
  const decided = newestDecisions(fragments)
  const mergedAt = Math.max(0, ...fragments.map((fragment) => fragment.mergedAt ?? 0))
  if (mergedAt === 0) return decided
  for (const side of new Set(fragments.map(({ mergeId }) => mergeId))) {
    const ofSide = newestDecisions(fragments.filter(({ mergeId }) => mergeId === side))
    for (const [purpose, decision] of Object.entries(ofSide))
      if (decision.state === 'denied' && own(decided, purpose)!.timestamp <= mergedAt) put(decided, purpose, decision)
  }
  return decided
}

export const consentOf = (fragments: readonly Fragment[]): ConsentRecord =>
  Object.fromEntries(Object.entries(consentDecisions(fragments)).map(([purpose, { state }]) => [purpose, state]))

/** undefined for the empty profile */
export const firstSeenOf = (fragments: readonly Fragment[]): EpochMs | undefined => {
  const first = Math.min(...fragments.map(({ firstSeen }) => firstSeen))
  return first < Number.MAX_SAFE_INTEGER ? first : undefined
}

/** undefined for the empty profile */
export const lastSeenOf = (fragments: readonly Fragment[]): EpochMs | undefined =>
  firstSeenOf(fragments) === undefined ? undefined : Math.max(...fragments.map(({ lastSeen }) => lastSeen))

/** The first or last campaign that brought the visitor, among all fragments. */
export const touchOf = (fragments: readonly Fragment[], which: 'first' | 'last'): Touch | undefined => {
  let winner: Touch | undefined
  for (const { touches } of fragments) {
    const touch = touches?.[which]
    if (touch && (!winner || isNewer(touch, winner) === (which === 'last'))) winner = touch
  }
  return winner
}

/** The newest score of a name. */
export const scoreOf = (fragments: readonly Fragment[], name: string): Score | undefined => {
  let winner: Score | undefined
  for (const { scores } of fragments) {
    const score = scores && own(scores, name)
    if (score && isNewer(score, winner)) winner = score
  }
  return winner
}
