import type { EpochMs } from '@spartito/protocol'
import { maxKept } from '../memory/memory.ts'

type Frequency = readonly [count: number, last: EpochMs]
type Shard = Readonly<Record<string, Frequency>>

/** How often each value occurred and when last, by its hash. */
export interface Frequencies {
  /** by the first characters of the hash, so that one more event copies one shard */
  shards: Readonly<Record<string, Shard>>
  size: number
  /** the hash of the most frequent value: of several the one that occurred last, of those the one with the least hash */
  winner: string
  /** whether values were left out (PR2) */
  isCut?: true
}

type Addition = readonly [hash: string, count: number, last: EpochMs]

const shardOf = (hash: string): string => hash.slice(0, 2)

const beats = (hash: string, [count, last]: Frequency, other: string, [otherCount, otherLast]: Frequency): boolean =>
  count > otherCount || (count === otherCount && (last > otherLast || (last === otherLast && hash < other)))

const greatest = (keys: readonly string[]): string => keys.toSorted().at(-1)!

export function* frequenciesOf({ shards }: Frequencies): Generator<Addition> {
  for (const shard of Object.values(shards))
    for (const [hash, [count, last]] of Object.entries(shard)) yield [hash, count, last]
}

/**
 * Adds occurrences. Past the cap the values with the least hashes stay: whatever the order of arrival, those have been
 * counted from their first.
 */
export const growFrequencies = (
  known: Frequencies | undefined,
  additions: Iterable<Addition>,
  wasCut: true | undefined = known?.isCut,
): Frequencies => {
  const shards: Record<string, Record<string, Frequency>> = { ...known?.shards }
  const owned = new Set<string>()
  const open = (key: string): Record<string, Frequency> => {
    if (!owned.has(key)) {
      shards[key] = { ...shards[key] }
      owned.add(key)
    }
    return shards[key]!
  }
  const at = (hash: string): Frequency => shards[shardOf(hash)]![hash]!
  let { size = 0, winner } = known ?? {}
  let isCut = wasCut

  for (const [hash, count, last] of additions) {
    const shard = open(shardOf(hash))
    const before = shard[hash]
    shard[hash] = before ? [before[0] + count, Math.max(before[1], last)] : [count, last]
    if (!before) size++
    // Occurrences only add up, so nothing but what was added can overtake.
    if (winner === undefined || beats(hash, at(hash), winner, at(winner))) winner = hash
    if (size <= maxKept) continue
    const gone = greatest(Object.keys(open(greatest(Object.keys(shards)))))
    delete shards[shardOf(gone)]![gone]
    if (Object.keys(shards[shardOf(gone)]!).length === 0) delete shards[shardOf(gone)]
    size--
    isCut = true
    if (gone === winner) winner = undefined
    if (winner === undefined)
      for (const [other] of frequenciesOf({ shards, size, winner: '' }))
        if (winner === undefined || beats(other, at(other), winner, at(winner))) winner = other
  }
  const grown = { shards, size, winner: winner! }
  return isCut ? { ...grown, isCut } : grown
}
