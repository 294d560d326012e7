import type { EpochMs } from '@spartito/protocol'
import type { DurationMs } from '../time/duration.ts'

/** An event that may be a step: a bit for each step that it matches, and a last one when it is what may not occur. */
export type Candidate = readonly [at: EpochMs, mask: number]

/** How long a step comes after the one before, both bounds included. */
export interface Gap {
  minMs: DurationMs
  maxMs: DurationMs
}

type Start = EpochMs | undefined

/**
 * For each candidate as step `step`, the latest start of a chain that ends there: the greatest among the candidates of the
 * step before that lie in the gap. A window that slides over them once finds it, so `max` bounds cost nothing.
 */
const chain = (
  candidates: readonly Candidate[],
  before: readonly Start[],
  step: number,
  { minMs, maxMs }: Gap,
): Start[] => {
  const best: { at: EpochMs; start: EpochMs }[] = []
  let head = 0
  let next = 0
  return candidates.map(([at, mask]) => {
    while (next < candidates.length && candidates[next]![0] <= at - minMs) {
      const start = before[next]
      if (start !== undefined) {
        while (best.length > head && best.at(-1)!.start <= start) best.pop()
        best.push({ at: candidates[next]![0], start })
      }
      next++
    }
    while (head < best.length && best[head]!.at < at - maxMs) head++
    return (mask >> step) & 1 ? best[head]?.start : undefined
  })
}

const latestIn = (candidates: readonly Candidate[], gaps: readonly Gap[]): Start => {
  let starts: Start[] = candidates.map(([at, mask]) => (mask & 1 ? at : undefined))
  for (const [index, gap] of gaps.entries()) starts = chain(candidates, starts, index + 1, gap)
  let latest: Start
  for (const start of starts) if (start !== undefined && (latest === undefined || start > latest)) latest = start
  return latest
}

/**
 * The latest instant at which a chain of all steps begins; undefined when no choice of events makes one (SPEC AU). Steps are
 * strictly later than one another. A chain in a window of elapsed time holds as long as its start does.
 *
 * @param candidates oldest first
 * @param gaps one for each step but the first
 */
export const latestStart = (candidates: readonly Candidate[], gaps: readonly Gap[]): Start => {
  const bar = 1 << (gaps.length + 1)
  const bars = candidates.filter(([, mask]) => mask & bar).map(([at]) => at)
  // A chain spans no bar: it lies between two neighbouring ones, at whose very instants it may begin and end. The newest
  // segment that holds one holds the latest.
  let end = candidates.length
  for (let segment = bars.length; segment >= 0; segment--) {
    const from = bars[segment - 1] ?? Number.NEGATIVE_INFINITY
    let first = end
    while (first > 0 && candidates[first - 1]![0] >= from) first--
    const start = latestIn(candidates.slice(first, end), gaps)
    if (start !== undefined) return start
    end = first
    while (end < candidates.length && candidates[end]![0] === from) end++
  }
  return undefined
}
