import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { CastType } from './step.ts'
import { after, propertiesAfter, track } from './testing.ts'

const rows: [type: CastType, from: Json, to: unknown][] = [
  ['number', '9.90', 9.9],
  ['number', ' -1e3 ', -1000],
  ['number', 5, 5],
  ['number', '', 'transform_error'],
  ['number', '9,90', 'transform_error'],
  ['number', '0x10', 'transform_error'],
  ['number', 'Infinity', 'transform_error'],
  ['number', true, 'transform_error'],
  ['number', [1], 'transform_error'],
  ['number', '9'.repeat(40), 'transform_error'],
  ['number', null, null],
  ['integer', '42', 42],
  ['integer', 4.5, 'transform_error'],
  ['integer', '9007199254740993', 'transform_error'],
  ['string', 42, '42'],
  ['string', true, 'true'],
  ['string', 1e21, 'transform_error'],
  ['string', { a: 1 }, 'transform_error'],
  ['boolean', 'TRUE', true],
  ['boolean', 'no', false],
  ['boolean', 1, true],
  ['boolean', 2, 'transform_error'],
  ['boolean', 'perhaps', 'transform_error'],
  ['date', '2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['date', '2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ['date', 1767225600, '2026-01-01T00:00:00.000Z'],
  ['date', 'yesterday', 'transform_error'],
]
test.each(rows)('TR5 cast to %s: %j becomes %j', (type, from, to) => {
  const properties = propertiesAfter({ p: from }, { cast: { 'properties.p': type } })
  expect(properties).toEqual(to === 'transform_error' ? to : { p: to })
})

test('TR5 each entry of a list, and what is not there stays so', () => {
  const step = { cast: { 'properties.items[*].price': 'number', 'properties.none': 'number' } } as const
  expect(propertiesAfter({ items: [{ price: '1' }, { sku: 'x' }, 5] }, step)).toEqual({
    items: [{ price: 1 }, { sku: 'x' }, 5],
  })
})

test('TR5 the refusal names the step and no value', () => {
  expect(
    after(track({ properties: { p: 'secret' } }), { drop: 'properties.x' }, { cast: { 'properties.p': 'date' } }),
  ).toEqual({
    code: 'transform_error',
    message: 'transformations[0].steps[1]: properties.p cannot be read as date',
  })
})
