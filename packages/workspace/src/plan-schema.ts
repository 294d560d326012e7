import { planActions, schemaFaults } from '@spartito/pipeline'
import { isObject, limits } from '@spartito/protocol'
import * as v from 'valibot'
import { boolean, text } from './texts.ts'

const types = ['string', 'number', 'integer', 'boolean', 'date', 'object', 'array'] as const

/** Events may not be deeper (WI3): themselves are level 1, their properties level 2. */
const maxDepth = limits.depth - 2

/** Names by which JavaScript's objects are found out of order: no property of an event has them. */
const reserved = ['__proto__', 'constructor', 'prototype']

const name = v.pipe(
  text,
  v.maxLength(limits.nameLength, `is longer than ${limits.nameLength} characters, which no name may be`),
)

/** An object of anything by name. A record of valibot leaves the reserved names out without a word, so they are refused first. */
const byName = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isObject, 'must be an object'),
    v.check(
      (value) => !reserved.some((key) => Object.hasOwn(value, key)),
      `may not have the names ${reserved.join(', ')}`,
    ),
    v.record(name, schema),
  )

const described = { description: v.optional(text), required: v.optional(boolean) }

const oneOf = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(
    v.pipe(
      v.array(schema),
      v.minLength(1, 'holds nothing, so that no value is allowed: name some, or remove it'),
      v.check((values) => new Set(values).size === values.length, 'says a value twice'),
    ),
  )

const string = v.string('must be text')
const number = v.pipe(v.number('must be a number'), v.finite('must be a finite number'))
const integer = v.pipe(number, v.safeInteger('must be a whole number'))

const propertyAt = (depth: number): v.GenericSchema =>
  v.lazy((input) => {
    if (!isObject(input) || input.type === undefined)
      return v.never(`must be an object with a type: ${types.join(', ')}`)
    if (depth > maxDepth) return v.never(`is nested deeper than ${maxDepth} levels, which no event may be`)
    const { type } = input as { type?: (typeof types)[number] }
    const parts = { type: v.picklist(types), ...described }
    switch (type) {
      case 'string':
        return v.strictObject({ ...parts, enum: oneOf(string) })
      case 'number':
        return v.strictObject({ ...parts, enum: oneOf(number) })
      case 'integer':
        return v.strictObject({ ...parts, enum: oneOf(integer) })
      case 'boolean':
      case 'date':
        return v.strictObject(parts)
      case 'object':
        return v.strictObject({ ...parts, properties: v.optional(byName(propertyAt(depth + 1))) })
      case 'array':
        return v.strictObject({ ...parts, items: v.optional(itemAt(depth + 1)) })
      default:
        return v.looseObject({ type: v.picklist(types, `must be one of ${types.join(', ')}`) })
    }
  })

/** The elements of an array have no name, so none is required. */
const itemAt = (depth: number): v.GenericSchema =>
  v.lazy((input) =>
    isObject(input) && 'required' in input
      ? v.looseObject({ required: v.never('is for properties: how many elements there are, a plan does not say') })
      : propertyAt(depth),
  )

const action = v.optional(v.picklist(planActions, `must be one of ${planActions.join(', ')}`))

/** A JSON Schema, checked by the package that runs it; each fault stands at its own path. */
const schema = v.pipe(
  v.unknown(),
  v.rawCheck(({ dataset, addIssue }) => {
    for (const { keys, message } of schemaFaults(dataset.value))
      addIssue({
        message,
        path: keys.map((key) => ({
          type: 'unknown',
          origin: 'value',
          input: undefined,
          key,
          value: undefined,
        })) as never,
      })
  }),
)

const event = v.pipe(
  v.strictObject({
    description: v.optional(text),
    properties: v.optional(byName(propertyAt(1))),
    schema: v.optional(schema),
    onViolation: action,
  }),
  v.check(
    ({ properties, schema: its }) => properties === undefined || its === undefined,
    'has properties and a schema: say it in one of the two forms',
  ),
)

/** The tracking plan (SPEC PL). */
export const planSchema = v.strictObject({ events: byName(event), onViolation: action, onUnknown: action })
