import type { EpochMs } from '@spartito/protocol'
import { compileComparison } from '../compare.ts'
import type { NumberComparison } from '../condition.ts'
import type { DurationMs } from '../time/duration.ts'
import { type Entry, type Memory, maxKept, type Tally } from './memory.ts'

/**
 * The newest entries, newest first: bounded, since a number of them that decides the comparison is enough (AU2). Entries may
 * carry a key, `[at, key]`; then each key is kept once, with its newest instant.
 */
export interface Newest {
  entries: readonly Entry[]
  /** the instant of the newest entry that was left out although it could decide (PR2) */
  dropped?: EpochMs
}

/** The number of events past which a comparison's answer no longer changes. */
export const decidingNumber = ({ eq, ne, gt, gte, lt, lte, between }: NumberComparison): number =>
  Math.max(
    1,
    ...[gte, lt].filter((n) => n !== undefined).map((n) => Math.ceil(n)),
    ...[gt, lte, eq, ne, between?.[1]].filter((n) => n !== undefined).map((n) => Math.floor(n) + 1),
  )

const isNewer = (a: Entry, b: Entry): boolean => a[0] > b[0] || (a[0] === b[0] && String(a[1]) > String(b[1]))

const insert = (entries: readonly Entry[], entry: Entry): readonly Entry[] => {
  const known = entry.length > 1 ? entries.findIndex(([, key]) => key === entry[1]) : -1
  if (known >= 0 && !isNewer(entry, entries[known]!)) return entries
  const rest = known >= 0 ? entries.toSpliced(known, 1) : entries
  let place = 0
  while (place < rest.length && isNewer(rest[place]!, entry)) place++
  return rest.toSpliced(place, 0, entry)
}

const cut = (entries: readonly Entry[], kept: number, isCapped: boolean, dropped: EpochMs | undefined): Newest => {
  const gone = isCapped && entries.length > kept ? Math.max(entries[kept]![0], dropped ?? 0) : dropped
  return {
    entries: entries.length > kept ? entries.slice(0, kept) : entries,
    ...(gone === undefined ? {} : { dropped: gone }),
  }
}

/** How many entries are kept for a comparison, and whether that is fewer than could decide it. */
const keptFor = (comparison: NumberComparison, cap: number): { kept: number; isCapped: boolean } => {
  const deciding = decidingNumber(comparison)
  return { kept: Math.min(deciding, cap), isCapped: deciding > cap }
}

/**
 * Tallies how many entries there are, or how many distinct keys.
 *
 * @param ofNone what the comparison says of none: a number of days is 0, a `distinct` of nothing compares false
 */
export const newestTally = (comparison: NumberComparison, ofNone: boolean, cap = maxKept): Tally<Newest> => {
  const meets = compileComparison(comparison)
  const { kept, isCapped } = keptFor(comparison, cap)
  return {
    add: (tally, entry) => cut(insert(tally?.entries ?? [], entry), kept, isCapped, tally?.dropped),
    join(a, b) {
      const dropped = Math.max(a.dropped ?? -1, b.dropped ?? -1)
      return cut(b.entries.reduce(insert, a.entries), kept, isCapped, dropped < 0 ? undefined : dropped)
    },
    holds: (tally) => (tally === undefined ? ofNone : meets(tally.entries.length)),
    show: (tally) => ({
      atLeast: tally?.entries.length ?? 0,
      newest: tally?.entries.slice(0, 10).map(([at]) => at) ?? [],
    }),
    isInexact: ({ dropped }) => dropped !== undefined,
  }
}

/** The same within a window of elapsed time: an entry counts while its instant is in (now − within, now]. */
export const newestWithin = (
  comparison: NumberComparison,
  ofNone: boolean,
  withinMs: DurationMs,
  cap = maxKept,
): Memory<Newest> => {
  const tally = newestTally(comparison, ofNone, cap)
  const meets = compileComparison(comparison)
  const join = (memories: readonly Newest[]): readonly Entry[] =>
    memories.length === 0 ? [] : memories.reduce(tally.join).entries
  const inside = (memories: readonly Newest[], now: EpochMs): readonly Entry[] => {
    const entries = join(memories)
    let size = entries.length
    while (size > 0 && entries[size - 1]![0] <= now - withinMs) size--
    return entries.slice(0, size)
  }
  const holdsFor = (size: number): boolean => (size === 0 ? ofNone : meets(size))
  return {
    add: tally.add,
    judge(memories, now) {
      const entries = inside(memories, now)
      const holds = holdsFor(entries.length)
      for (let size = entries.length - 1; size >= 0; size--) {
        // Entries of one instant leave together.
        if (size > 0 && entries[size - 1]![0] === entries[size]![0]) continue
        if (holdsFor(size) !== holds) return { holds, next: entries[size]![0] + withinMs }
      }
      return { holds, next: undefined }
    },
    show: (memories, now) => {
      const entries = inside(memories, now)
      return { atLeast: entries.length, newest: entries.slice(0, 10).map(([at]) => at) }
    },
    isInexact: (memories, now) => memories.some(({ dropped = 0 }) => dropped > now - withinMs),
  }
}
