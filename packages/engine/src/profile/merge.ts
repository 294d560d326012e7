import type { EpochMs, Identifier } from '@spartito/protocol'
import { own } from '../own.ts'
import type { Fragment, Trait } from './fragment.ts'
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
