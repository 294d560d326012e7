import type { JsonSchema } from '@spartito/workspace'
import { expect, test } from 'vitest'
import { planTypes } from './plan-types.ts'

/** The type of an event with this schema, without margins. */
const typeOf = (schema: JsonSchema): string => {
  const [, type] = /\n {2}E: ([\s\S]*)\n}\n$/.exec(planTypes({ events: { E: { schema } } })) ?? []
  return type!.replace(/\n\s*/g, ' ')
}
const property = (schema: JsonSchema): string =>
  /a\?: (.*) \| undefined \}$/.exec(typeOf({ properties: { a: schema }, additionalProperties: false }))![1]!

test.each<[schema: JsonSchema, type: string]>([
  [{}, 'Record<string, unknown>'],
  [{ type: 'object' }, 'Record<string, unknown>'],
  [{ type: 'object', additionalProperties: false }, 'Record<string, never>'],
  [{ properties: { a: { type: 'number' } }, required: ['a'] }, '{ a: number [name: string]: unknown }'],
  [{ properties: { 'a b': true }, additionalProperties: false }, "{ 'a b'?: unknown | undefined }"],
])('an event with %j', (schema, type) => {
  expect(typeOf(schema)).toBe(type)
})

test.each<[schema: JsonSchema, type: string]>([
  [{ type: 'string', pattern: '^a$' }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['x', 1, null, "king's"] }, "'x' | 1 | null | 'king\\'s'"],
  [{ const: true }, 'true'],
  [{ type: 'array', items: { type: 'string' } }, 'ReadonlyArray<string>'],
  [{ type: 'array' }, 'ReadonlyArray<unknown>'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string | number'],
  [{ oneOf: [{ type: 'string' }, {}] }, 'unknown'],
  [{ allOf: [{ type: 'string' }, { maxLength: 5 }] }, 'string'],
  [false, 'never'],
  [{ not: { type: 'string' } }, 'unknown'],
])('a property with %j', (schema, type) => {
  expect(property(schema)).toBe(type)
})

test('a definition is written where it is referred to', () => {
  const $defs = { person: { properties: { name: { type: 'string' } }, additionalProperties: false } }
  expect(typeOf({ $defs, properties: { who: { $ref: '#/$defs/person' } }, additionalProperties: false })).toBe(
    '{ who?: { name?: string | undefined } | undefined }',
  )
})
