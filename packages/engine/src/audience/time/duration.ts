/** Milliseconds. */
export type DurationMs = number

const iso = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/

/**
 * Reads an ISO 8601 duration of elapsed time: weeks, or days, hours, minutes and seconds. A day is 24 hours; months
 * and years have no fixed length and are refused (SPEC AU).
 *
 * @returns undefined when it is not such a duration, or of length 0
 */
export const readDuration = (text: string): DurationMs | undefined => {
  const parts = iso.exec(text)
  if (!parts || text === 'P') return undefined
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const total = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  return total > 0 ? total : undefined
}
