import { type Calendar, readBetween, readDuration, type Window } from '@spartito/engine'
import { DateTime, type DateTimeUnit } from 'luxon'

/** In epoch ms: from the first that is inside, until the first that is no more. */
export interface Bounds {
  from: number
  until: number
}

const units: Readonly<Record<Calendar, { unit: DateTimeUnit; back: 0 | 1 }>> = {
  today: { unit: 'day', back: 0 },
  yesterday: { unit: 'day', back: 1 },
  this_week: { unit: 'week', back: 0 },
  this_month: { unit: 'month', back: 0 },
  last_month: { unit: 'month', back: 1 },
}

/** The instants that a window means at `now`. A lifetime has no beginning. */
export const windowBounds = (window: Window | undefined, now: number): Bounds => {
  const until = now + 1
  if (window === undefined) return { from: Number.MIN_SAFE_INTEGER, until }
  // (now − w, now]
  if (typeof window === 'string') return { from: now - readDuration(window)! + 1, until }
  if ('between' in window) {
    const [from, to] = readBetween(window.between, window.tz)!
    return { from, until: Math.min(to + 1, until) }
  }
  const { unit, back } = units[window.calendar]
  const start = DateTime.fromMillis(now, { zone: window.tz }).startOf(unit)
  const first = back === 0 ? start : start.minus({ [unit]: back }).startOf(unit)
  const end = back === 0 ? until : start.toMillis()
  return { from: first.toMillis(), until: Math.min(end, until) }
}
