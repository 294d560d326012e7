import type { EpochMs } from '@spartito/protocol'
import type { Calendar } from './condition.ts'

/** A date of some time zone, `YYYY-MM-DD`: its texts sort as the days do. */
export type LocalDate = string

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

const formatters = new Map<string, Intl.DateTimeFormat>()

const formatter = (tz: string): Intl.DateTimeFormat => {
  let known = formatters.get(tz)
  if (!known) {
    known = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' })
    formatters.set(tz, known)
  }
  return known
}

const dates = new Map<string, LocalDate>()

/** The date on the wall calendar of a time zone. Formats are remembered, since Intl is slow; the memory is bounded. */
export const localDate = (at: EpochMs, tz: string): LocalDate => {
  const key = `${tz} ${at}`
  let date = dates.get(key)
  if (date === undefined) {
    date = formatter(tz).format(at)
    if (dates.size > 100_000) dates.clear()
    dates.set(key, date)
  }
  return date
}

/** So many days later, on the calendar alone. */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** The Monday of a date's week (ISO 8601). */
export const mondayOf = (date: LocalDate): LocalDate =>
  addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7))

const monthBefore = (date: LocalDate): string => addDays(`${date.slice(0, 7)}-01`, -1).slice(0, 7)

/** Whether a date lies in a calendar window, seen from the date of today. */
export const isInCalendar = (date: LocalDate, calendar: Calendar, today: LocalDate): boolean => {
  switch (calendar) {
    case 'today':
      return date === today
    case 'yesterday':
      return date === addDays(today, -1)
    case 'this_week':
      return mondayOf(date) === mondayOf(today)
    case 'this_month':
      return date.slice(0, 7) === today.slice(0, 7)
    case 'last_month':
      return date.slice(0, 7) === monthBefore(today)
  }
}

const starts = new Map<string, EpochMs>()

/** The first instant of a date, by bisection between instants that are certainly before and after it. */
export const startOfDay = (date: LocalDate, tz: string): EpochMs => {
  const key = `${tz} ${date}`
  const known = starts.get(key)
  if (known !== undefined) return known
  const midnightUtc = Date.parse(`${date}T00:00:00Z`)
  let before = midnightUtc - 16 * hourMs
  let within = midnightUtc + 16 * hourMs
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (formatter(tz).format(middle) < date) before = middle
    else within = middle
  }
  if (starts.size > 10_000) starts.clear()
  starts.set(key, within)
  return within
}

/** All starts of days within (after, upTo]; weeks and months start with one of them. */
export const startsOfDays = (after: EpochMs, upTo: EpochMs, tz: string): EpochMs[] => {
  const found: EpochMs[] = []
  let date = addDays(localDate(after, tz), 1)
  for (let start = startOfDay(date, tz); start <= upTo; start = startOfDay(date, tz)) {
    found.push(start)
    date = addDays(date, 1)
  }
  return found
}
