import type { Duration } from './condition.ts'

const pattern = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds; `P1D` is always 24 hours.
 *
 * @returns undefined for anything else, months and years included: only a calendar knows how long they are
 */
export const readDuration = (text: string): number | undefined => {
  const parts = pattern.exec(text)
  if (!parts) return undefined
  const [weeks, days, hours, minutes, seconds] = parts.slice(1, 6).map((part) => Number(part ?? 0)) as number[]
  const hoursInAll = (weeks! * 7 + days!) * 24 + hours!
  return (hoursInAll * 60 + minutes!) * 60_000 + seconds! * 1000 + Number((parts[6] ?? '').padEnd(3, '0'))
}

const known = new Map<Duration, number>()

/** Like {@link readDuration}; throws on what is none, since a definition was checked when it was saved. */
export const durationMs = (text: Duration): number => {
  const ms = known.get(text) ?? readDuration(text)
  if (ms === undefined) throw new Error(`not a duration: ${text}`)
  known.set(text, ms)
  return ms
}
