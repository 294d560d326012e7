import { eventTypes, isObject } from '@spartito/protocol'
import { IANAZone } from 'luxon'
import * as v from 'valibot'
import { canReadFormat } from './read-time.ts'

const text = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'))

const zone = v.pipe(
  text,
  v.check((name) => IANAZone.isValidZone(name), 'must be a time zone, such as Europe/Berlin or UTC'),
)

const column = v.strictObject({
  column: text,
  as: v.optional(
    v.picklist(['text', 'number', 'boolean', 'time', 'json'], 'must be one of text, number, boolean, time, json'),
  ),
  decimal: v.optional(v.picklist(['.', ','], 'must be "." or ","')),
  format: v.optional(
    v.pipe(
      text,
      v.check(canReadFormat, 'must be iso, epoch_s, epoch_ms, or a pattern of the time, such as "dd.MM.yyyy HH:mm"'),
    ),
  ),
  zone: v.optional(zone),
  values: v.optional(
    v.custom<Record<string, string | number | boolean | null>>(
      (value) =>
        isObject(value) &&
        Object.values(value).every((to) => to === null || ['string', 'number', 'boolean'].includes(typeof to)),
      'must be an object: what the cell says, and what it means',
    ),
  ),
})

const constant = v.strictObject({
  value: v.custom<unknown>((value) => value !== undefined, 'is missing: say which, or name a column'),
})

const field = v.lazy((input) => {
  if (typeof input === 'string') return text
  if (!isObject(input)) return v.never('must be a column: its name, {"column": …}, or a constant, {"value": …}')
  return 'value' in input ? constant : column
})

const ownFields = 'type|event|name|category|messageId|userId|anonymousId|groupId|previousId|timestamp'
const fieldPath = new RegExp(
  `^(?:${ownFields}|(?:properties|traits|context)(?:\\.(?!__proto__|constructor|prototype)[^.[\\]]+)+)$`,
)

const schema = v.strictObject({
  format: v.optional(v.picklist(['csv', 'ndjson'], 'must be csv or ndjson')),
  delimiter: v.optional(v.pipe(text, v.maxLength(3, 'has at most 3 characters'))),
  encoding: v.optional(
    v.pipe(
      text,
      v.check((label) => {
        try {
          return Boolean(new TextDecoder(label))
        } catch {
          return false
        }
      }, 'must be an encoding, such as utf-8 or windows-1252'),
    ),
  ),
  fields: v.record(text, field),
})

/** Where a field of the event comes from: a column of the row, or a constant. */
export type Field = string | v.InferOutput<typeof column> | v.InferOutput<typeof constant>

/** How rows become events. */
export interface Mapping {
  format?: 'csv' | 'ndjson'
  /** of a CSV file; a comma when left out */
  delimiter?: string
  /** utf-8 when left out */
  encoding?: string
  /** by the path of the event's field: `userId`, `properties.revenue`, … */
  fields: Record<string, Field>
}

const pathFaults = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => {
    if (!fieldPath.test(path))
      return [
        `fields["${path}"] is no field of an event: use ${ownFields.replaceAll('|', ', ')}, or a path within properties, traits or context, such as properties.revenue`,
      ]
    const within = paths.find((other) => path.startsWith(`${other}.`))
    return within === undefined ? [] : [`fields["${path}"] lies within fields["${within}"]: leave one of them out`]
  })

const typeFaults = ({ type }: Record<string, Field>): string[] =>
  isObject(type) && 'value' in type && !(eventTypes as readonly unknown[]).includes(type.value)
    ? [`fields.type.value must be one of ${eventTypes.join(', ')}`]
    : []

/** Each event has its own time, so an import without one would bring all of the past to this minute. */
const timeFaults = (fields: Record<string, Field>): string[] =>
  fields.timestamp === undefined
    ? ['fields.timestamp is missing: name the column that says when it happened, {"column": …, "format": …}']
    : []

/**
 * Checks a mapping as a whole.
 *
 * @returns the faults, each with its path and what to do; none when it can be used
 */
export const mappingFaults = (document: unknown): string[] => {
  const checked = v.safeParse(schema, document)
  if (!checked.success)
    return checked.issues.map((issue) => {
      const path = (issue.path ?? [])
        .map(({ key }, i) => (i === 0 ? key : /^\w+$/.test(String(key)) ? `.${key}` : `["${key}"]`))
        .join('')
      if (issue.type === 'strict_object' && issue.expected === 'never')
        return `${path} is not a setting of a mapping: remove it, or mend its name`
      if (issue.received === 'undefined') return `${path} is missing: add it`
      if (issue.type === 'strict_object' || issue.type === 'record') return `${path || 'the mapping'} must be an object`
      return `${path} ${issue.message}`
    })
  const { fields } = checked.output as Mapping
  return [...pathFaults(Object.keys(fields)), ...typeFaults(fields), ...timeFaults(fields)]
}
