import type { EpochMs } from '@spartito/protocol'
import type { Entry, Tally } from './memory.ts'
import { type Spilled, valueAt } from './spilled.ts'

/**
 * Entries in the order of their instants, in chunks: an event rewrites one chunk, and a window reads the entries of the
 * chunks at its edge alone, since every other chunk has its tally. Chunks but the newest are spilled (`visitor/spill.ts`):
 * their entries are read by `entriesIn` and nothing else.
 */
export interface EntryList<T> {
  chunks: readonly Chunk<T>[]
  /** the instant of the newest entry that was left out (`maxEntries`) */
  dropped?: EpochMs
}

export interface Chunk<T> {
  first: EpochMs
  last: EpochMs
  size: number
  /** of its entries; null where that would be as large as they are */
  tally: T | null
  entries: readonly Entry[] | Spilled
}

/** Whether a leaf remembers a list. */
export const isEntryList = (memory: unknown): memory is EntryList<unknown> =>
  typeof memory === 'object' && memory !== null && Object.hasOwn(memory, 'chunks')

/** A chunk is split past this many entries. */
const maxChunkSize = 256

export const entriesIn = <T>(chunk: Chunk<T>): readonly Entry[] => valueAt(chunk.entries)

const tallyOf = <T>(entries: readonly Entry[], tally: Tally<T>, start?: T): T | undefined => {
  if (tally.addAll) return tally.addAll(start, entries)
  let joined = start
  for (const entry of entries) joined = tally.add(joined, entry)
  return joined
}

/** @param known the tally of the entries, where it need not be taken anew */
const chunkOf = <T>(entries: readonly Entry[], tally: Tally<T>, known?: T): Chunk<T> => {
  const own = known === undefined ? (tallyOf(entries, tally) as T) : known
  return {
    first: entries[0]![0],
    last: entries.at(-1)![0],
    size: entries.length,
    tally: tally.isLarge?.(own, entries.length) ? null : own,
    entries,
  }
}

/** Instants first; among equal ones any fixed order will do, so that what is dropped does not hang on arrival. */
const isAfter = (a: Entry, b: Entry): boolean => a[0] > b[0] || (a[0] === b[0] && String(a[1]) > String(b[1]))

const place = (entries: readonly Entry[], entry: Entry): number => {
  let low = 0
  let high = entries.length
  if (high > 0 && !isAfter(entries[high - 1]!, entry)) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if (isAfter(entries[middle]!, entry)) high = middle
    else low = middle + 1
  }
  return low
}

const insertIntoChunk = <T>(chunk: Chunk<T>, entry: Entry, tally: Tally<T>): Chunk<T>[] => {
  const known = entriesIn(chunk)
  const entries = known.toSpliced(place(known, entry), 0, entry)
  if (entries.length > maxChunkSize) {
    // Events mostly come in order: all but the newest stay sealed in a full chunk.
    const middle = entries.at(-1) === entry ? entries.length - 1 : entries.length >> 1
    return [chunkOf(entries.slice(0, middle), tally), chunkOf(entries.slice(middle), tally)]
  }
  return [chunkOf(entries, tally, chunk.tally === null ? undefined : tally.add(chunk.tally, entry))]
}

const dropOldest = <T>(list: EntryList<T>, tally: Tally<T>): EntryList<T> => {
  const [oldest, ...rest] = list.chunks as [Chunk<T>, ...Chunk<T>[]]
  const [gone, ...entries] = entriesIn(oldest) as [Entry, ...Entry[]]
  return {
    chunks: entries.length === 0 ? rest : [chunkOf(entries, tally), ...rest],
    dropped: Math.max(list.dropped ?? gone[0], gone[0]),
  }
}

/** Adds one entry in its place and forgets the chunks that lie at or before `horizon` whole. */
export const insertEntry = <T>(
  list: EntryList<T> | undefined,
  entry: Entry,
  tally: Tally<T>,
  horizon: (newest: EpochMs) => EpochMs = () => Number.NEGATIVE_INFINITY,
): EntryList<T> => {
  const chunks = list?.chunks ?? []
  let index = chunks.length - 1
  while (index > 0 && chunks[index]!.first > entry[0]) index--
  const grown =
    index < 0 ? [chunkOf([entry], tally)] : chunks.toSpliced(index, 1, ...insertIntoChunk(chunks[index]!, entry, tally))
  const from = horizon(grown.at(-1)!.last)
  const kept = grown[0]!.last > from ? grown : grown.filter(({ last }) => last > from)
  const next = { ...list, chunks: kept }
  const { maxEntries } = tally
  return maxEntries !== undefined && sizeOf(next) > maxEntries ? dropOldest(next, tally) : next
}

export const sizeOf = <T>({ chunks }: EntryList<T>): number => chunks.reduce((sum, { size }) => sum + size, 0)

/** Entries later than `after`, oldest first, at most `limit`. */
export const entriesAfter = <T>(list: EntryList<T>, after: EpochMs, limit = Number.POSITIVE_INFINITY): Entry[] => {
  const found: Entry[] = []
  for (const chunk of list.chunks) {
    if (chunk.last <= after) continue
    if (found.length >= limit) break
    const entries = entriesIn(chunk)
    found.push(...(chunk.first > after ? entries : entries.filter(([at]) => at > after)))
  }
  return found.length > limit ? found.slice(0, limit) : found
}

/** The tally of the entries later than `after`. */
export const tallyAfter = <T>(list: EntryList<T>, after: EpochMs, tally: Tally<T>): T | undefined => {
  let joined: T | undefined
  for (const chunk of list.chunks) {
    if (chunk.last <= after) continue
    if (chunk.first > after && chunk.tally !== null)
      joined = joined === undefined ? chunk.tally : tally.join(joined, chunk.tally)
    else
      joined = tallyOf(
        entriesIn(chunk).filter(([at]) => at > after),
        tally,
        joined,
      )
  }
  return joined
}
