import type { EpochMs } from '@spartito/protocol'

/** Days since 1970-01-01 of a local calendar. */
export type LocalDay = number

const dayMs = 86_400_000
const hourMs = 3_600_000

/** The years that Intl prints with four digits; what lies before or after is nobody's calendar. */
const earliest = Date.parse('0001-01-03T00:00:00Z')
const latest = Date.parse('9999-12-29T00:00:00Z')

const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (tz: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(tz)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: tz,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formatters.set(tz, formatter)
  }
  return formatter
}

/** Whether the platform knows a time zone, such as `Europe/Rome`. */
export const isTimeZone = (tz: string): boolean => {
  try {
    formatterOf(tz)
    return true
  } catch {
    return false // a RangeError is how Intl says no
  }
}

const printed = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/

/** What the clock on the wall shows, as if it were UTC; `at` is cut to whole seconds. */
const wallOf = (tz: string, at: EpochMs): number => {
  const clamped = Math.min(Math.max(at, earliest), latest)
  const [, month, day, year, hour, minute, second] = printed.exec(formatterOf(tz).format(clamped))!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000
}

/** The local day of an instant. */
export const dayOf = (tz: string, at: EpochMs): LocalDay => Math.floor(wallOf(tz, at) / dayMs)

const maxCachedDays = 4096
const starts = new Map<string, EpochMs>()

const findStart = (tz: string, day: LocalDay): EpochMs => {
  // No zone is more than 15 hours from UTC; a transition falls on a whole second.
  let before = day * dayMs - 15 * hourMs
  let after = day * dayMs + 15 * hourMs
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000
    if (dayOf(tz, middle) < day) before = middle
    else after = middle
  }
  return after
}

/** The first instant of a local day, or of the next one that exists (Samoa had no 2011-12-30). */
export const startOfDay = (tz: string, day: LocalDay): EpochMs => {
  const key = `${tz} ${day}`
  let start = starts.get(key)
  if (start === undefined) {
    if (starts.size >= maxCachedDays) starts.clear()
    start = findStart(tz, day)
    starts.set(key, start)
  }
  return start
}

/** The instant at which the clock on the wall shows `wall`: the earlier of two; after a gap, what it would have been. */
const instantOf = (tz: string, wall: number): EpochMs => {
  const second = Math.floor(wall / 1000) * 1000
  const offsets = [second - dayMs, second + dayMs].map((near) => wallOf(tz, near) - near)
  const candidates = offsets.map((offset) => second - offset).sort((a, b) => a - b)
  const shown = candidates.find((at) => wallOf(tz, at) === second)
  return (shown ?? second - offsets[0]!) + wall - second
}

const localTime = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/
const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/**
 * Reads a local date (`2026-03-29`), a local time (`2026-03-29T12:00`) or an instant (`2026-03-29T12:00Z`).
 *
 * @param end whether it ends a span: then a date means its last millisecond
 * @returns undefined when it is none of them
 */
export const readLocal = (text: string, tz: string, end: boolean): EpochMs | undefined => {
  if (withOffset.test(text)) {
    const at = Date.parse(text)
    return Number.isNaN(at) ? undefined : at
  }
  const parts = localTime.exec(text)
  if (!parts) return undefined
  const [year, month, date, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as number[]
  const midnight = new Date(0).setUTCFullYear(year!, month! - 1, date!)
  const isReal = new Date(midnight).toISOString().startsWith(text.slice(0, 10))
  if (!isReal || hour! > 23 || minute! > 59 || second! > 59) return undefined
  if (parts[4] === undefined) {
    const day = midnight / dayMs
    return end ? startOfDay(tz, day + 1) - 1 : startOfDay(tz, day)
  }
  const ms = Number((parts[7] ?? '').padEnd(3, '0'))
  return instantOf(tz, midnight + ((hour! * 60 + minute!) * 60 + second!) * 1000 + ms)
}
