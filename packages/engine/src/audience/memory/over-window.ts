import type { DurationMs } from '../time/duration.ts'
import type { CompiledWindow } from '../time/window.ts'
import type { Memory, Tally } from './memory.ts'
import { overCalendar } from './over-calendar.ts'
import { overElapsed } from './over-elapsed.ts'
import { overLifetime } from './over-lifetime.ts'
import { overSpan } from './over-span.ts'

/**
 * Puts a window around a tally.
 *
 * @param elapsed how to remember a window of elapsed time, where the tally knows a shorter way than a list of entries
 */
export const overWindow = <T>(
  tally: Tally<T>,
  window: CompiledWindow,
  elapsed: (withinMs: DurationMs) => Memory<unknown> = (withinMs) => overElapsed(tally, withinMs) as Memory<unknown>,
): Memory<unknown> => {
  switch (window.kind) {
    case 'lifetime':
      return overLifetime(tally) as Memory<unknown>
    case 'between':
      return overSpan(tally, window.from, window.to) as Memory<unknown>
    case 'calendar':
      return overCalendar(tally, window.periods) as Memory<unknown>
    case 'elapsed':
      return elapsed(window.ms)
  }
}
