import type { EpochMs } from '@spartito/protocol'
import type { Calendar, Window } from '../condition.ts'
import { type DurationMs, readDuration } from './duration.ts'
import { dayOf, isTimeZone, type LocalDay, readLocal, startOfDay } from './time-zone.ts'

/** The periods of a calendar, each known by its first local day. */
export interface Periods {
  of(at: EpochMs): LocalDay
  /** the period that the calendar means at `now` */
  wanted(now: EpochMs): LocalDay
  /** the first instant of the period after that of `now` */
  next(now: EpochMs): EpochMs
}

export type CompiledWindow =
  | { kind: 'lifetime' }
  | { kind: 'elapsed'; ms: DurationMs }
  /** both ends included */
  | { kind: 'between'; from: EpochMs; to: EpochMs }
  | { kind: 'calendar'; periods: Periods }

const dayMs = 86_400_000

/** The longest that a calendar looks back: from the end of one month to the beginning of the one before, over time zones. */
const calendarSpanMs = 64 * dayMs

/** For so long after its instant an event may be in the window; infinite for a lifetime and for fixed dates. */
export const spanOf = (window: CompiledWindow): DurationMs => {
  switch (window.kind) {
    case 'elapsed':
      return window.ms
    case 'calendar':
      return calendarSpanMs
    case 'lifetime':
    case 'between':
      return Number.POSITIVE_INFINITY
  }
}

const civil = (day: LocalDay): Date => new Date(day * dayMs)
const firstOfMonth = (day: LocalDay, months = 0): LocalDay => {
  const date = civil(day)
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / dayMs
}
/** 1970-01-01 was a Thursday; a week begins on Monday, as in ISO 8601. */
const monday = (day: LocalDay): LocalDay => day - ((((day + 3) % 7) + 7) % 7)

const units = {
  day: { first: (day: LocalDay) => day, step: (first: LocalDay, n: number) => first + n },
  week: { first: monday, step: (first: LocalDay, n: number) => first + 7 * n },
  month: { first: firstOfMonth, step: firstOfMonth },
}

const calendarUnits: Record<Calendar, { unit: keyof typeof units; back: 0 | 1 }> = {
  today: { unit: 'day', back: 0 },
  yesterday: { unit: 'day', back: 1 },
  this_week: { unit: 'week', back: 0 },
  this_month: { unit: 'month', back: 0 },
  last_month: { unit: 'month', back: 1 },
}

const periodsOf = (calendar: Calendar, tz: string): Periods => {
  const { unit, back } = calendarUnits[calendar]
  const { first, step } = units[unit]
  const of = (at: EpochMs): LocalDay => first(dayOf(tz, at))
  return {
    of,
    wanted: (now) => step(of(now), -back),
    next: (now) => startOfDay(tz, step(of(now), 1)),
  }
}

/** The ends of a `between`; undefined when one is no time. */
export const readBetween = ([from, to]: readonly [string, string], tz: string): [EpochMs, EpochMs] | undefined => {
  if (!isTimeZone(tz)) return undefined
  const start = readLocal(from, tz, false)
  const end = readLocal(to, tz, true)
  return start === undefined || end === undefined ? undefined : [start, end]
}

/** Compiles a validated window. */
export const compileWindow = (window: Window | undefined): CompiledWindow => {
  if (window === undefined) return { kind: 'lifetime' }
  if (typeof window === 'string') return { kind: 'elapsed', ms: readDuration(window)! }
  if ('calendar' in window) return { kind: 'calendar', periods: periodsOf(window.calendar, window.tz) }
  const [from, to] = readBetween(window.between, window.tz)!
  return { kind: 'between', from, to }
}

/** Whether one instant is inside a window at `now`, and the first instant after it at which that changes. */
export const judgeInstant = (
  window: CompiledWindow,
  at: EpochMs,
  now: EpochMs,
): { holds: boolean; next: EpochMs | undefined } => {
  switch (window.kind) {
    case 'lifetime':
      return { holds: true, next: undefined }
    case 'between':
      return { holds: at >= window.from && at <= window.to, next: undefined }
    case 'elapsed': {
      const holds = at > now - window.ms
      return { holds, next: holds ? at + window.ms : undefined }
    }
    case 'calendar': {
      const { periods } = window
      const period = periods.of(at)
      const wanted = periods.wanted(now)
      return { holds: period === wanted, next: period >= wanted ? periods.next(now) : undefined }
    }
  }
}
