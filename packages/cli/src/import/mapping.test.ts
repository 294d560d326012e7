import { describe, expect, test } from 'vitest'
import { mappingFaults } from './mapping.ts'

const timestamp = { column: 'at' }
const withFields = (fields: Record<string, unknown>): unknown => ({ fields: { timestamp, ...fields } })

test('a mapping that says all that there is to say has no faults', () => {
  const fields = {
    type: { value: 'track' },
    event: { column: 'what', values: { paid: 'Order Completed' } },
    timestamp: { column: 'at', format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' },
    messageId: 'order no',
    userId: 'customer no',
    'traits.email': 'e-mail',
    'properties.total': { column: 'total', as: 'number', decimal: ',' },
    'properties.items': { column: 'items', as: 'json' },
    'properties.currency': { value: 'EUR' },
  }
  expect(mappingFaults({ format: 'csv', delimiter: ';', encoding: 'windows-1252', fields })).toEqual([])
})

describe('faults are told with their path', () => {
  test.each<[document: unknown, says: string]>([
    [5, 'the mapping must be an object'],
    [{}, 'fields is missing: add it'],
    [{ fields: 5 }, 'fields must be an object'],
    [{ fields: {}, columns: {} }, 'columns is not a setting of a mapping'],
    [{ fields: {} }, 'fields.timestamp is missing: name the column that says when it happened'],
    [{ format: 'xml', fields: { timestamp } }, 'format must be csv or ndjson'],
    [{ encoding: 'latin-17', fields: { timestamp } }, 'encoding must be an encoding'],
    [withFields({ userId: '' }), 'fields.userId must not be empty'],
    [withFields({ userId: 5 }), 'fields.userId must be a column'],
    [withFields({ userId: {} }), 'fields.userId.column is missing: add it'],
    [withFields({ userId: { column: 'a', into: 'b' } }), 'fields.userId.into is not a setting'],
    [
      withFields({ 'properties.n': { column: 'a', as: 'money' } }),
      'fields["properties.n"].as must be one of text, number',
    ],
    [withFields({ 'properties.n': { column: 'a', values: [] } }), 'fields["properties.n"].values must be an object'],
    [withFields({ timestamp: { column: 'at', zone: 'Berlin' } }), 'fields.timestamp.zone must be a time zone'],
    [withFields({ timestamp: { column: 'at', format: 'when' } }), 'fields.timestamp.format must be iso, epoch_s'],
    [withFields({ user: 'a' }), 'fields["user"] is no field of an event'],
    [withFields({ 'properties.__proto__.x': 'a' }), 'fields["properties.__proto__.x"] is no field of an event'],
    [withFields({ receivedAt: 'a' }), 'fields["receivedAt"] is no field of an event'],
    [
      withFields({ 'properties.a': 'a', 'properties.a.b': 'b' }),
      'fields["properties.a.b"] lies within fields["properties.a"]',
    ],
    [withFields({ type: { value: 'order' } }), 'fields.type.value must be one of track'],
  ])('%j: %s', (document, says) => {
    expect(mappingFaults(document)).toContainEqual(expect.stringContaining(says))
  })
})
