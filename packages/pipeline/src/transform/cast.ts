import { type Json, readTime } from '@spartito/protocol'
import type { Apply } from './apply.ts'
import { changeField, readField, StepFailed } from './field.ts'
import type { Cast, CastType } from './step.ts'
import { textOf } from './text-of.ts'

const number = /^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?$/i
const words = new Map<string, boolean>([
  ...['true', '1', 'yes'].map((word) => [word, true] as const),
  ...['false', '0', 'no'].map((word) => [word, false] as const),
])

const asNumber = (value: Json): number | undefined => {
  const read =
    typeof value === 'string' && number.test(value.trim())
      ? Number(value.trim())
      : typeof value === 'number'
        ? value
        : Number.NaN
  return Number.isFinite(read) ? read : undefined
}

const asInteger = (value: Json): number | undefined => {
  const read = asNumber(value)
  return read !== undefined && Number.isSafeInteger(read) ? read : undefined
}

const asDate = (value: Json): string | undefined => {
  const at = readTime(typeof value === 'string' ? value.trim() : value)
  return at === undefined ? undefined : new Date(at).toISOString()
}

const casts: Record<CastType, (value: Json) => Json | undefined> = {
  string: textOf,
  number: asNumber,
  integer: asInteger,
  boolean: (value) => (typeof value === 'boolean' ? value : words.get((textOf(value) ?? '').trim().toLowerCase())),
  date: asDate,
}

/**
 * Gives fields a type: numbers in decimal notation, dates as ISO 8601 in UTC (a number below 10^11 is of seconds, as in WI8). What is
 * missing or null stays so; what cannot be cast fails.
 */
export const compileCast = ({ cast }: Cast): Apply => {
  const fields = Object.entries(cast).map(([path, type]) => ({ path, type, field: readField(path) }))
  return (event) =>
    fields.reduce(
      (at, { path, type, field }) =>
        changeField(at, field, (value) => {
          if (value === undefined || value === null) return value
          const made = casts[type](value)
          if (made === undefined) throw new StepFailed(`${path} cannot be read as ${type}`)
          return made
        }),
      event,
    )
}
