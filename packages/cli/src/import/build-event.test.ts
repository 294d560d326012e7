import { expect, test } from 'vitest'
import { createEventBuilder } from './build-event.ts'
import type { Field } from './mapping.ts'

const at = '2025-03-01T12:00:00.000Z'

const build = (fields: Record<string, Field>, row: Record<string, unknown>) => {
  const built = createEventBuilder({ fields: { timestamp: 'at', ...fields } })((column) => ({ at, ...row })[column])
  return built.ok ? built.value : `${built.error.code}: ${built.error.message}`
}

const event = { type: 'track', timestamp: at }

test.each<[rule: string, fields: Record<string, Field>, row: Record<string, unknown>, made: unknown]>([
  ['a column by its name', { userId: 'no' }, { no: '007' }, { ...event, userId: '007' }],
  ['a constant', { event: { value: 'Order Completed' } }, {}, { ...event, event: 'Order Completed' }],
  ['a path', { 'properties.a.b': 'x' }, { x: '1' }, { ...event, properties: { a: { b: '1' } } }],
  ['an empty cell leaves its field out', { userId: 'no', name: 'n' }, { no: '', n: null }, event],
  [
    'a number',
    { 'properties.n': { column: 'n', as: 'number' } },
    { n: ' 1,234.5 ' },
    { ...event, properties: { n: 1234.5 } },
  ],
  [
    'a number with a decimal comma',
    { 'properties.n': { column: 'n', as: 'number', decimal: ',' } },
    { n: "1.234'567,50" },
    { ...event, properties: { n: 1234567.5 } },
  ],
  [
    'no number',
    { 'properties.n': { column: 'n', as: 'number' } },
    { n: '1,2,x' },
    'invalid_field: properties.n, from the column n: "1,2,x" is no number',
  ],
  [
    'a number is no hexadecimal one',
    { 'properties.n': { column: 'n', as: 'number' } },
    { n: '0x10' },
    'invalid_field: properties.n, from the column n: "0x10" is no number',
  ],
  [
    'a boolean',
    { 'properties.b': { column: 'b', as: 'boolean' } },
    { b: 'Yes' },
    { ...event, properties: { b: true } },
  ],
  [
    'no boolean',
    { 'properties.b': { column: 'b', as: 'boolean' } },
    { b: 'ja' },
    'invalid_field: properties.b, from the column b: "ja" is neither true nor false: say in "values" what it means',
  ],
  [
    'what the cell means',
    { 'properties.b': { column: 'b', values: { ja: true, nein: false } } },
    { b: 'ja' },
    { ...event, properties: { b: true } },
  ],
  [
    'a meaning of null leaves the field out',
    { groupId: { column: 'g', values: { none: null } } },
    { g: 'none' },
    event,
  ],
  [
    'what nobody said the meaning of',
    { event: { column: 'e', values: { paid: 'Order Completed' } } },
    { e: 'lost' },
    'invalid_field: event, from the column e: "lost" is none of its values: paid',
  ],
  [
    'a word that objects know',
    { event: { column: 'e', values: { paid: 'Order Completed' } } },
    { e: 'constructor' },
    'invalid_field: event, from the column e: "constructor" is none of its values: paid',
  ],
  [
    'JSON',
    { 'properties.items': { column: 'i', as: 'json' } },
    { i: '[{"sku":"a"}]' },
    { ...event, properties: { items: [{ sku: 'a' }] } },
  ],
  [
    'no JSON',
    { 'properties.items': { column: 'i', as: 'json' } },
    { i: '[' },
    'invalid_field: properties.items, from the column i: holds no JSON',
  ],
  [
    'another time of it',
    { 'traits.since': { column: 's', as: 'time', format: 'dd.MM.yyyy', zone: 'UTC' } },
    { s: '01.02.2020' },
    { ...event, traits: { since: '2020-02-01T00:00:00.000Z' } },
  ],
  ['a type by its column', { type: 't' }, { t: 'identify' }, { ...event, type: 'identify' }],
  [
    'an unknown type',
    { type: 't' },
    { t: 'sale' },
    'unknown_type: type is "sale": it must be one of track, page, screen, identify, group, alias',
  ],
  ['no time', {}, { at: '' }, 'bad_timestamp: the row does not say when it happened: its timestamp is empty'],
  [
    'of an NDJSON row, what is no text stays what it is',
    { 'properties.n': { column: 'n', as: 'json' }, userId: 'id' },
    { n: { a: 1 }, id: 7 },
    { ...event, properties: { n: { a: 1 } }, userId: '7' },
  ],
])('%s', (_rule, fields, row, made) => {
  expect(build(fields, row)).toEqual(made)
})
