import type { EpochMs } from '@spartito/protocol'
import type { Periods } from '../time/window.ts'
import { joinAll, type Memory, type Tally } from './memory.ts'

/** A tally for each period, by its first local day. */
export type CalendarMemory<T> = Readonly<Record<string, T>>

/** The period that holds the newest event is at most that of now, so no calendar looks further back than one before it. */
const keptPeriods = 2

/** Remembers a tally of each of the newest periods of a calendar. */
export const overCalendar = <T>(tally: Tally<T>, periods: Periods): Memory<CalendarMemory<T>> => {
  const wantedTally = (memories: readonly CalendarMemory<T>[], now: EpochMs): T | undefined => {
    const key = String(periods.wanted(now))
    return joinAll(
      tally,
      memories.filter((memory) => Object.hasOwn(memory, key)).map((memory) => memory[key]!),
    )
  }
  const holds = (memories: readonly CalendarMemory<T>[], now: EpochMs): boolean =>
    tally.holds(wantedTally(memories, now))

  return {
    add(memory = {}, entry) {
      const key = String(periods.of(entry[0]))
      const kept = Object.keys(memory)
        .concat(Object.hasOwn(memory, key) ? [] : [key])
        .sort((a, b) => Number(b) - Number(a))
        .slice(0, keptPeriods)
      if (!kept.includes(key)) return memory
      return Object.fromEntries(
        kept.map((period) => [period, period === key ? tally.add(memory[period], entry) : memory[period]!]),
      )
    },
    judge(memories, now) {
      const held = holds(memories, now)
      const newest = Math.max(...memories.flatMap((memory) => Object.keys(memory).map(Number)))
      let at = now
      // Only while a remembered period is still to pass can the calendar change what it sees.
      while (newest >= periods.wanted(at)) {
        at = periods.next(at)
        if (holds(memories, at) !== held) return { holds: held, next: at }
      }
      return { holds: held, next: undefined }
    },
    show: (memories, now) => tally.show(wantedTally(memories, now)),
    isInexact(memories, now) {
      const joined = wantedTally(memories, now)
      return joined !== undefined && (tally.isInexact?.(joined) ?? false)
    },
  }
}
