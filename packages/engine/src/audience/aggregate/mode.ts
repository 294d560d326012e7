import type { Comparison } from '../condition.ts'
import type { Tally } from '../memory/memory.ts'
import { maxKept } from '../memory/memory.ts'
import { type Frequencies, frequenciesOf, growFrequencies } from './frequencies.ts'
import { hashOf } from './value-hash.ts'

type ModeComparison = Pick<Comparison, 'eq' | 'ne' | 'in' | 'nin'>

/** Equality of values by their hashes. */
const compileHashComparison = ({ eq, ne, in: any, nin }: ModeComparison): ((hash: string) => boolean) => {
  const is = eq === undefined ? undefined : hashOf(eq)
  const isNot = ne === undefined ? undefined : hashOf(ne)
  const isIn = any && new Set(any.map(hashOf))
  const isNotIn = nin && new Set(nin.map(hashOf))
  return (hash) =>
    (is === undefined || hash === is) &&
    (isNot === undefined || hash !== isNot) &&
    (isIn === undefined || isIn.has(hash)) &&
    (isNotIn === undefined || !isNotIn.has(hash))
}

/** The most frequent value; entries are `[at, hash]`, so it is only asked whether it equals. */
export const modeTally = (comparison: ModeComparison): Tally<Frequencies> => {
  const meets = compileHashComparison(comparison)
  const { eq, ne, in: any = [], nin = [] } = comparison
  const named = new Map(
    [eq, ne, ...any, ...nin].flatMap((value) => (value === undefined ? [] : [[hashOf(value), value]])),
  )
  return {
    add: (known, [at, hash]) => growFrequencies(known, [[hash as string, 1, at]]),
    addAll: (known, entries) =>
      entries.length === 0
        ? known
        : growFrequencies(
            known,
            entries.map(([at, hash]) => [hash as string, 1, at]),
          ),
    join: (a, b) => growFrequencies(a, frequenciesOf(b), a.isCut ?? b.isCut),
    holds: (known) => known !== undefined && meets(known.winner),
    show(known) {
      if (!known) return { mode: null, distinct: 0 }
      const { winner, size } = known
      return { mode: named.has(winner) ? named.get(winner)! : `another value, ${winner}`, distinct: size }
    },
    isInexact: ({ isCut = false }) => isCut,
    isLarge: ({ size }, entries) => size > entries / 4,
    maxEntries: maxKept,
  }
}
