import type { EpochMs } from '@spartito/protocol'
import type { DurationMs } from '../time/duration.ts'
import { type EntryList, entriesAfter, insertEntry, tallyAfter } from './entry-list.ts'
import { type Entry, joinAll, type Memory, type Tally } from './memory.ts'

/** How many departures from the window are looked at for the one that changes the answer; past them, it is asked again. */
const departures = 64
const departuresOfLarge = 8

/** Remembers the entries of a window of elapsed time, (now − within, now]. */
export const overElapsed = <T>(tally: Tally<T>, withinMs: DurationMs): Memory<EntryList<T>> => {
  const lookahead = tally.isLarge ? departuresOfLarge : departures
  const tallyAt = (memories: readonly EntryList<T>[], now: EpochMs): T | undefined =>
    joinAll(
      tally,
      memories.map((list) => tallyAfter(list, now - withinMs, tally)).filter((part) => part !== undefined),
    )

  /** The first departure that changes the answer: what stays is tallied from the newest back to the oldest. */
  const firstChange = (memories: readonly EntryList<T>[], now: EpochMs, held: boolean): EpochMs | undefined => {
    const oldest = memories
      .flatMap((list) => entriesAfter(list, now - withinMs, lookahead))
      .sort((a, b) => a[0] - b[0])
      .slice(0, lookahead)
    const last = oldest.at(-1)
    if (!last) return undefined
    const leavesAt = (entry: Entry): EpochMs => entry[0] + withinMs
    const remains = tallyAt(memories, leavesAt(last))
    let change = remains !== undefined || tally.holds(remains) !== held ? leavesAt(last) : undefined
    let stays = tallyAt(memories, leavesAt(last) - 1)
    for (let index = oldest.length - 1; index > 0; index--) {
      const entry = oldest[index]!
      const before = oldest[index - 1]!
      if (entry[0] < last[0]) stays = tally.add(stays, entry)
      if (before[0] < entry[0] && tally.holds(stays) !== held) change = leavesAt(before)
    }
    return change
  }

  return {
    add: (memory, entry) => insertEntry(memory, entry, tally, (newest) => newest - withinMs),
    judge(memories, now) {
      const holds = tally.holds(tallyAt(memories, now))
      return { holds, next: firstChange(memories, now, holds) }
    },
    show: (memories, now) => tally.show(tallyAt(memories, now)),
    isInexact: (memories, now) => memories.some(({ dropped }) => dropped !== undefined && dropped > now - withinMs),
  }
}
