import type { EpochMs } from '@spartito/protocol'
import { type EntryList, entriesAfter, entriesIn, insertEntry, sizeOf } from '../memory/entry-list.ts'
import { type Entry, maxKept, type Tally } from '../memory/memory.ts'
import { type Candidate, type Gap, latestStart } from './latest-start.ts'

/**
 * The events that may be steps of a sequence, `[at, mask]`, oldest first; a chunk's tally is which steps occur in it. A chain
 * can begin in one chunk and end in another, so the latest one is known with the list.
 */
export interface StepList extends EntryList<number> {
  /** when the latest chain begins; null when there is none, undefined where lists were joined */
  start?: EpochMs | null
}

export const always = Number.NEGATIVE_INFINITY

const stepTally: Tally<number> = {
  add: (mask = 0, [, more]) => mask | (more as number),
  join: (a, b) => a | b,
  holds: () => false,
  show: () => ({}),
  maxEntries: maxKept,
}

const hasAllSteps = (mask: number, gaps: readonly Gap[]): boolean => {
  const all = (1 << (gaps.length + 1)) - 1
  return (mask & all) === all
}

const asCandidates = (entries: readonly Entry[]): Candidate[] => entries as unknown as Candidate[]

/**
 * The start of the latest chain among the entries later than `after`. Looked for from the newest chunk back: a chain found in
 * the newest entries is the latest of all, since a later one would lie among them as well.
 */
const findLatest = ({ chunks }: StepList, gaps: readonly Gap[], after: EpochMs): EpochMs | null => {
  let mask = 0
  let newest: Entry[] = []
  let looked = 0
  for (let index = chunks.length - 1; index >= 0 && chunks[index]!.last > after; index--) {
    const chunk = chunks[index]!
    const entries = entriesIn(chunk)
    newest = [...(chunk.first > after ? entries : entries.filter(([at]) => at > after)), ...newest]
    mask |= chunk.tally ?? 0
    const isLast = index === 0 || chunks[index - 1]!.last <= after
    // Looking costs what is looked at, so it is looked at again when it has doubled.
    if (!hasAllSteps(mask, gaps) || (!isLast && newest.length < 2 * looked)) continue
    const start = latestStart(asCandidates(newest), gaps)
    if (start !== undefined) return start
    looked = newest.length
  }
  return null
}

const stepsIn = ({ chunks }: StepList): number => chunks.reduce((mask, { tally }) => mask | (tally ?? 0), 0)

/** Adds what may be a step. One that comes last makes a new chain only if it is the last step. */
export const insertStep = (
  list: StepList | undefined,
  entry: Entry,
  gaps: readonly Gap[],
  horizon?: (newest: EpochMs) => EpochMs,
): StepList => {
  const newest = list?.chunks.at(-1)?.last ?? always
  const next: StepList = insertEntry(list, entry, stepTally, horizon)
  const isLate = entry[0] < newest
  const known = isLate ? undefined : (list?.start ?? null)
  const isLastStep = ((entry[1] as number) >> gaps.length) & 1
  if (known !== undefined && !isLastStep) return { ...next, start: known }
  if (!hasAllSteps(stepsIn(next), gaps)) return { ...next, start: known ?? null }
  return { ...next, start: findLatest(next, gaps, known ?? always) ?? known ?? null }
}

/** The start of the latest chain over lists of which each knows its own; undefined when there is none. */
export const latestChain = (lists: readonly StepList[], gaps: readonly Gap[], after: EpochMs): EpochMs | undefined => {
  const own = lists.length === 1 ? lists[0]!.start : undefined
  if (own !== undefined) return own !== null && own > after ? own : undefined
  if (
    !hasAllSteps(
      lists.reduce((mask, list) => mask | stepsIn(list), 0),
      gaps,
    )
  )
    return undefined
  const entries = lists.flatMap((list) => entriesAfter(list, after)).sort((a, b) => a[0] - b[0])
  return latestStart(asCandidates(entries), gaps)
}

/** Several lists as one of which no chain is known. */
export const joinSteps = (a: StepList, b: StepList): StepList => {
  const dropped = Math.max(a.dropped ?? always, b.dropped ?? always)
  const chunks = [...a.chunks, ...b.chunks]
  return dropped === always ? { chunks } : { chunks, dropped }
}

export const showSteps = (start: EpochMs | undefined, lists: readonly StepList[]) => ({
  start: start ?? null,
  candidates: lists.reduce((sum, list) => sum + sizeOf(list), 0),
})
