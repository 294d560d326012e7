import type { EpochMs } from '@spartito/protocol'
import { isInCalendar, localDate } from './calendar.ts'
import type { Window } from './condition.ts'
import { durationMs } from './duration.ts'

const bareDate = /^\d{4}-\d{2}-\d{2}$/

/** Both ends are included: a bare date stands for its whole local day, anything else for an instant. */
const isBetween = (at: EpochMs, [from, to]: readonly [string, string], tz: string): boolean => {
  const isAfterFrom = bareDate.test(from) ? localDate(at, tz) >= from : at >= Date.parse(from)
  const isBeforeTo = bareDate.test(to) ? localDate(at, tz) <= to : at <= Date.parse(to)
  return isAfterFrom && isBeforeTo
}

/** Whether an instant lies in a window as seen at `now`: (now − w, now] for a duration (SPEC AU). */
export const isWithin = (window: Window | undefined, at: EpochMs, now: EpochMs): boolean => {
  if (at > now) return false
  if (window === undefined) return true
  if (typeof window === 'string') return at > now - durationMs(window)
  const tz = window.tz ?? 'UTC'
  if ('between' in window) return isBetween(at, window.between, tz)
  return isInCalendar(localDate(at, tz), window.calendar, localDate(now, tz))
}
