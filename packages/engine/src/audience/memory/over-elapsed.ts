import type { EpochMs } from '@spartito/protocol'
import type { DurationMs } from '../time/duration.ts'
import { type EntryList, entriesAfter, insertEntry, tallyAfter } from './entry-list.ts'
import { type Entry, joinAll, type Memory, type Tally } from './memory.ts'

/** So many departures from the window are looked at for the one that changes the answer; past them, it is asked again. */
const lookahead = 16

/** Remembers the entries of a window of elapsed time, (now − within, now]. */
export const overElapsed = <T>(tally: Tally<T>, withinMs: DurationMs): Memory<EntryList<T>> => {
  const tallyAt = (memories: readonly EntryList<T>[], now: EpochMs): T | undefined =>
    joinAll(
      tally,
      memories.map((list) => tallyAfter(list, now - withinMs, tally)).filter((part) => part !== undefined),
    )

  return {
    add: (memory, entry) => insertEntry(memory, entry, tally, (newest) => newest - withinMs),

    judge(memories, now) {
      const oldest = memories
        .flatMap((list) => entriesAfter(list, now - withinMs, lookahead))
        .sort((a, b) => a[0] - b[0])
        .slice(0, lookahead)
      const last = oldest.at(-1)
      if (!last) return { holds: tally.holds(undefined), next: undefined }
      const leavesAt = (entry: Entry): EpochMs => entry[0] + withinMs
      // From the newest back to the oldest: what is still inside once all before an entry have left.
      let inside = tallyAt(memories, leavesAt(last) - 1)
      const answers: { at: EpochMs; holds: boolean }[] = []
      for (let index = oldest.length - 1; index > 0; index--) {
        const entry = oldest[index]!
        const before = oldest[index - 1]!
        if (entry[0] < last[0]) inside = tally.add(inside, entry)
        if (before[0] < entry[0]) answers.push({ at: leavesAt(before), holds: tally.holds(inside) })
      }
      if (oldest[0]![0] < last[0]) inside = tally.add(inside, oldest[0]!)
      const holds = tally.holds(inside)
      const change = answers.findLast((answer) => answer.holds !== holds)
      if (change) return { holds, next: change.at }
      const isMore = memories.some(({ chunks }) => (chunks.at(-1)?.last ?? 0) > last[0])
      return { holds, next: isMore || tally.holds(undefined) !== holds ? leavesAt(last) : undefined }
    },

    show: (memories, now) => tally.show(tallyAt(memories, now)),
    isInexact: (memories, now) => memories.some(({ dropped }) => dropped !== undefined && dropped > now - withinMs),
  }
}
