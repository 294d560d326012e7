import type { EpochMs } from '@spartito/protocol'
import type { Comparison } from '../condition.ts'
import { type Entry, maxKept, type Tally } from '../memory/memory.ts'
import { hashOf } from './value-hash.ts'

/** How often each value occurred and when last, by the value's hash. */
export interface Mode {
  values: Readonly<Record<string, readonly [count: number, last: EpochMs]>>
  /** whether values were left out (PR2) */
  isCut?: true
}

/** The most frequent value: of several, the one that occurred last; of those, the lesser hash. */
const winnerOf = ({ values }: Mode): string | undefined => {
  let winner: string | undefined
  let [most, last] = [0, 0]
  for (const [hash, [count, at]] of Object.entries(values))
    if (count > most || (count === most && (at > last || (at === last && hash < winner!)))) {
      winner = hash
      most = count
      last = at
    }
  return winner
}

/** Keeps the values with the least hashes: whatever the order, those have always been counted. */
const cut = (mode: Mode): Mode => {
  const hashes = Object.keys(mode.values)
  if (hashes.length <= maxKept) return mode
  const kept = hashes.sort().slice(0, maxKept)
  return { values: Object.fromEntries(kept.map((hash) => [hash, mode.values[hash]!])), isCut: true }
}

const grow = (
  mode: Mode | undefined,
  additions: Iterable<readonly [hash: string, count: number, last: EpochMs]>,
  isCut = mode?.isCut,
): Mode => {
  const values = { ...mode?.values }
  for (const [hash, count, last] of additions) {
    const known = values[hash]
    values[hash] = known ? [known[0] + count, Math.max(known[1], last)] : [count, last]
  }
  return cut(isCut ? { values, isCut } : { values })
}

const addAll = (mode: Mode | undefined, entries: readonly Entry[]): Mode | undefined =>
  entries.length === 0
    ? mode
    : grow(
        mode,
        entries.map(([at, hash]) => [hash as string, 1, at]),
      )

/** The most frequent value; entries are `[at, hash]`, so it is only asked whether it equals. */
export const modeTally = ({ eq, ne, in: any, nin }: Pick<Comparison, 'eq' | 'ne' | 'in' | 'nin'>): Tally<Mode> => {
  const is = eq === undefined ? undefined : hashOf(eq)
  const isNot = ne === undefined ? undefined : hashOf(ne)
  const isIn = any && new Set(any.map(hashOf))
  const isNotIn = nin && new Set(nin.map(hashOf))
  const names = new Map(
    [eq, ne, ...(any ?? []), ...(nin ?? [])].flatMap((v) => (v === undefined ? [] : [[hashOf(v), v]])),
  )
  const meets = (hash: string): boolean =>
    (is === undefined || hash === is) &&
    (isNot === undefined || hash !== isNot) &&
    (isIn === undefined || isIn.has(hash)) &&
    (isNotIn === undefined || !isNotIn.has(hash))
  return {
    add: (mode, [at, hash]) => grow(mode, [[hash as string, 1, at]]),
    addAll,
    join: (a, b) =>
      grow(
        a,
        Object.entries(b.values).map(([hash, [count, last]]) => [hash, count, last]),
        a.isCut ?? b.isCut,
      ),
    holds(mode) {
      const winner = mode && winnerOf(mode)
      return winner !== undefined && meets(winner)
    },
    show(mode) {
      const winner = mode && winnerOf(mode)
      if (!mode || winner === undefined) return { mode: null, distinct: 0 }
      const named = names.get(winner)
      return {
        mode: named === undefined ? `another value, ${winner}` : named,
        count: mode.values[winner]![0],
        distinct: Object.keys(mode.values).length,
      }
    },
    isInexact: ({ isCut = false }) => isCut,
    isLarge: true,
    maxEntries: maxKept,
  }
}
