import { readTime } from '@spartito/protocol'
import { DateTime } from 'luxon'

/** A reader of the times of one column: epoch ms, or what is wrong with the text. */
export type TimeReader = (text: string) => number | { fault: string }

const named = ['iso', 'epoch_s', 'epoch_ms']

/** Whether a time can be written in a format and read again. */
export const canReadFormat = (format: string): boolean => {
  if (named.includes(format)) return true
  const written = DateTime.fromISO('2026-01-31T13:45:00', { zone: 'utc' }).toFormat(format)
  return DateTime.fromFormat(written, format, { zone: 'utc' }).isValid
}

const hasOffset = /(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$/

const within = (at: number, text: string): number | { fault: string } =>
  readTime(Math.abs(at) < 1e11 ? new Date(at).toISOString() : at) ?? {
    fault: `"${text}" is not within the years 1 to 9999`,
  }

const readEpoch =
  (unitMs: number): TimeReader =>
  (text) => {
    const number = Number(text)
    if (!Number.isFinite(number)) return { fault: `"${text}" is no number` }
    return Math.abs(number * unitMs) > 8.64e15
      ? { fault: `"${text}" is too large for a time` }
      : within(Math.trunc(number * unitMs), text)
  }

const readIso =
  (zone: string | undefined): TimeReader =>
  (text) => {
    const dateEnd = text.search(/[T ]/)
    if (zone === undefined && !hasOffset.test(dateEnd < 0 ? '' : text.slice(dateEnd)))
      return {
        fault: `"${text}" has no offset from UTC: name the zone that it is meant in, such as "zone": "Europe/Berlin"`,
      }
    const at = DateTime.fromISO(dateEnd > 0 ? text.replace(' ', 'T') : text, { zone: zone ?? 'utc' })
    return at.isValid ? within(at.toMillis(), text) : { fault: `"${text}" is no time in ISO 8601` }
  }

const readPattern = (format: string, zone: string | undefined): TimeReader => {
  const parser = DateTime.buildFormatParser(format, { locale: 'en-US' })
  return (text) => {
    const at = DateTime.fromFormatParser(text, parser, { zone: zone ?? 'utc', locale: 'en-US' })
    return at.isValid ? within(at.toMillis(), text) : { fault: `"${text}" is not written as "${format}"` }
  }
}

const offsetTokens = /Z|z/

/**
 * Reads times as a column writes them.
 *
 * @param format `iso` (when left out), `epoch_s`, `epoch_ms`, or a pattern of Luxon's tokens
 * @param zone the IANA zone of times that say no offset. Of an hour that a change of the clock repeats, either may be taken; what
 *   it leaves out lies an hour later
 * @throws Error when a pattern says neither offset nor zone
 */
export const createTimeReader = (format = 'iso', zone?: string): TimeReader => {
  if (format === 'iso') return readIso(zone)
  if (format === 'epoch_s') return readEpoch(1_000)
  if (format === 'epoch_ms') return readEpoch(1)
  if (zone === undefined && !offsetTokens.test(format.replaceAll(/'[^']*'/g, '')))
    throw new Error(`the format "${format}" says no offset from UTC: name the "zone" that it is meant in`)
  return readPattern(format, zone)
}
