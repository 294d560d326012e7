/** Milliseconds since 1970-01-01 UTC, whole. */
export type EpochMs = number

/** The years 1 to 9999: what every store and tool downstream can hold. */
const earliest: EpochMs = Date.parse('0001-01-01T00:00:00.000Z')
const latest: EpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const isoDate = /^([+-]?\d{4,6})-(\d{2})-(\d{2})/

/** `Date.parse` makes the 2nd of March of the 30th of February: a day that is none is no time. */
const isDay = (text: string): boolean => {
  const [, year, month, day] = isoDate.exec(text) ?? []
  return (
    day !== undefined && (day <= '28' || Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
  )
}

/**
 * Reads a client's time: ISO 8601 text, or a number of milliseconds (below 10^11: of seconds, as some server clients send).
 *
 * @returns undefined when it is not a time within the years 1 to 9999
 */
export const readTime = (value: unknown): EpochMs | undefined => {
  let at = Number.NaN
  if (typeof value === 'number') at = Math.trunc(Math.abs(value) < 1e11 ? value * 1000 : value)
  else if (typeof value === 'string' && isDay(value)) at = Date.parse(value)
  return at >= earliest && at <= latest ? at : undefined
}

/**
 * The corrected time of an event (SPEC WI8): the device's clock cancels out, and nothing happens after its receipt.
 *
 * @param original the event's own time by the device's clock
 * @param sentAt when the device sent it, by the same clock
 * @param receivedAt by the collector's clock
 */
export const correctTime = (
  original: EpochMs | undefined,
  sentAt: EpochMs | undefined,
  receivedAt: EpochMs,
): EpochMs => {
  if (original === undefined) return receivedAt
  const corrected = sentAt === undefined ? original : receivedAt - (sentAt - original)
  return Math.min(corrected, receivedAt)
}
