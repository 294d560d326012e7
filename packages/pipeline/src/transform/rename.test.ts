import type { JsonObject } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { after, propertiesAfter, track } from './testing.ts'

const rows: [what: string, rename: Record<string, string>, from: JsonObject, to: unknown][] = [
  ['moves a value', { 'properties.prodId': 'properties.product_id' }, { prodId: 1, a: 2 }, { a: 2, product_id: 1 }],
  ['what is not there stays so', { 'properties.x': 'properties.y' }, { a: 1 }, { a: 1 }],
  ['the value under the new name stays', { 'properties.x': 'properties.y' }, { x: 1, y: 2 }, { y: 2 }],
  ['into an object that is made', { 'properties.x': 'properties.o.x' }, { x: 1 }, { o: { x: 1 } }],
  ['a value in the way', { 'properties.x': 'properties.o.x' }, { x: 1, o: 5 }, 'transform_error'],
  [
    'within entries',
    { 'properties.l[*].a': 'properties.l[*].b' },
    { l: [{ a: 1 }, { b: 2 }, 3] },
    { l: [{ b: 1 }, { b: 2 }, 3] },
  ],
  ['one after the other', { 'properties.a': 'properties.b', 'properties.b': 'properties.c' }, { a: 1 }, { c: 1 }],
]
test.each(rows)('TR3 rename: %s', (_what, rename, from, to) => {
  expect(propertiesAfter(from, { rename })).toEqual(to)
})

test('TR3 from one part of the event to another', () => {
  const event = after(track({ properties: { mail: 'a@b.c' } }), { rename: { 'properties.mail': 'traits.email' } })
  expect(event).toMatchObject({ properties: {}, traits: { email: 'a@b.c' } })
})

test('TR2 rename of events: tracks by name, nothing else', () => {
  const step = { renameEvent: { Viewed: 'Product Viewed', page: 'Never' } }
  expect(after(track(), step)).toMatchObject({ event: 'Product Viewed' })
  expect(after(track({ event: 'constructor' }), step)).toMatchObject({ event: 'constructor' })
  expect(after(track({ type: 'page', event: 'Viewed' }), step)).toMatchObject({ event: 'Viewed' })
})
