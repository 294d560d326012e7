import { hourOf } from '@spartito/engine'

/** Hours, UTC, such as `2026-01-31T12`: the first included, the last too. */
export interface Hours {
  from: string
  to: string
}

const hour = (said: string | undefined, otherwise: string): string | undefined => {
  if (said === undefined) return otherwise
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(said) ? `${said}:00:00Z` : said)
  return Number.isNaN(at) ? undefined : hourOf(at)
}

/** Reads which hours are meant; all of them when nothing is said. A text says what is wrong. */
export const readHours = (from: string | undefined, to: string | undefined): Hours | string => {
  const hours = { from: hour(from, '0000-01-01T00'), to: hour(to, '9999-12-31T23') }
  if (hours.from === undefined) return 'from must be a time such as 2026-01-31T12 or 2026-01-31'
  if (hours.to === undefined) return 'to must be a time such as 2026-01-31T12 or 2026-01-31'
  return hours as Hours
}

/** Each hour of a span, oldest first; at most `most` of them. @returns undefined when there are more */
export const hoursOf = ({ from, to }: Hours, most: number): string[] | undefined => {
  const [first, last] = [from, to].map((hour) => Date.parse(`${hour}:00:00Z`) / 3_600_000) as [number, number]
  const count = last - first + 1
  if (count > most) return undefined
  return Array.from({ length: Math.max(0, count) }, (_, n) => hourOf((first + n) * 3_600_000))
}
