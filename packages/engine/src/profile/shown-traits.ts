import type { Identifier } from '@spartito/protocol'
import { emptyRoom, traitBytes, tryToTake } from './bounds.ts'
import type { Fragment, Trait } from './fragment.ts'
import { traitOf } from './merge.ts'
import { isNewer } from './provenance.ts'

export type ShownTrait = Trait & { identifier: Identifier }

/**
 * The winning traits of a profile by name, without those that were removed (ID13), within the bounds of PR2. Sides that merge
 * keep what each had, which may be more together: then the newest are shown, so that the result does not depend on who
 * joined whom.
 *
 * @returns also how many were left out
 */
export const shownTraits = (
  fragments: readonly Fragment[],
): { traits: Record<string, ShownTrait>; leftOut: number } => {
  const names = new Set(fragments.flatMap(({ traits }) => Object.keys(traits)))
  const winners = [...names]
    .map((name) => [name, traitOf(fragments, name)!] as const)
    .filter(([, { value }]) => value !== null)
  const room = emptyRoom()
  // Of traits that one event brought the first by name goes first.
  const byAge = winners.toSorted(([a, one], [b, other]) =>
    isNewer(one, other) ? -1 : isNewer(other, one) ? 1 : a < b ? -1 : 1,
  )
  const shown = byAge.filter(([name, { value }]) => tryToTake(room, 0, traitBytes(name, value)) === undefined)
  shown.sort(([a], [b]) => (a < b ? -1 : 1))
  return { traits: Object.fromEntries(shown), leftOut: winners.length - shown.length }
}
