import type { JsonObject } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { noon, track } from '../testing/events.ts'
import type { Predicate } from './condition.ts'
import { asJson, compileWhere } from './predicate.ts'

const items: JsonObject = { items: [{ sku: 'X', price: 5 }, { sku: 'Y' }], none: [], text: 'abc', list: ['a', 1] }

const scenarios: [rule: string, predicate: Predicate, properties: JsonObject, then: boolean][] = [
  ['eq', { path: 'properties.x', eq: 5 }, { x: 5 }, true],
  ['eq does not coerce: "5" is not 5', { path: 'properties.x', eq: 5 }, { x: '5' }, false],
  ['eq null', { path: 'properties.x', eq: null }, { x: null }, true],
  ['ne', { path: 'properties.x', ne: 5 }, { x: '5' }, true],
  ['ne of a missing value is false', { path: 'properties.x', ne: 5 }, {}, false],
  ['in', { path: 'properties.x', in: ['a', 1] }, { x: 1 }, true],
  ['in nothing', { path: 'properties.x', in: [] }, { x: 1 }, false],
  ['nin', { path: 'properties.x', nin: ['a'] }, { x: 1 }, true],
  ['nin of a missing value is false', { path: 'properties.x', nin: ['a'] }, {}, false],
  ['gt', { path: 'properties.x', gt: 1 }, { x: 1 }, false],
  ['gte', { path: 'properties.x', gte: 1 }, { x: 1 }, true],
  ['lt of a text is false', { path: 'properties.x', lt: 9 }, { x: '1' }, false],
  ['lte', { path: 'properties.x', lte: 1 }, { x: 1 }, true],
  ['between includes both ends', { path: 'properties.x', between: [1, 2] }, { x: 2 }, true],
  ['several hold at once', { path: 'properties.x', gte: 2, lt: 5 }, { x: 5 }, false],
  ['contains a part of a text', { path: 'properties.text', contains: 'bc' }, items, true],
  ['contains an entry of a list', { path: 'properties.list', contains: 1 }, items, true],
  ['contains does not coerce', { path: 'properties.list', contains: '1' }, items, false],
  ['contains of a number is false', { path: 'properties.x', contains: '1' }, { x: 1 }, false],
  ['startsWith', { path: 'properties.text', startsWith: 'ab' }, items, true],
  ['endsWith', { path: 'properties.text', endsWith: 'ab' }, items, false],
  ['exists', { path: 'properties.x', exists: true }, { x: null }, true],
  ['exists:false of a missing value', { path: 'properties.x', exists: false }, {}, true],
  ['exists:false of a value', { path: 'properties.x', exists: false }, { x: 0 }, false],
  ['a deep path', { path: 'properties.a.b', eq: 1 }, { a: { b: 1 } }, true],
  ['a path through a list is missing', { path: 'properties.items.sku', exists: true }, items, false],
  ['a path reaches no prototype', { path: 'properties.constructor', exists: true }, {}, false],
  ['[*] any', { path: 'properties.items[*].sku', any: true, eq: 'Y' }, items, true],
  ['[*] every', { path: 'properties.items[*].sku', every: true, in: ['X', 'Y'] }, items, true],
  ['[*] every fails by one', { path: 'properties.items[*].sku', every: true, eq: 'X' }, items, false],
  [
    '[*] an entry without the value is a missing value',
    { path: 'properties.items[*].price', every: true, gt: 0 },
    items,
    false,
  ],
  ['[*] any may lack it', { path: 'properties.items[*].price', any: true, exists: false }, items, true],
  ['[*] the entries themselves', { path: 'properties.list[*]', any: true, eq: 'a' }, items, true],
  ['[*] any of an empty list is false', { path: 'properties.none[*]', any: true, exists: true }, items, false],
  ['[*] every of an empty list is true', { path: 'properties.none[*]', every: true, eq: 1 }, items, true],
  ['[*] of what is no list is missing', { path: 'properties.text[*]', every: true, eq: 'a' }, items, false],
  ['[*] of what is missing does not exist', { path: 'properties.x[*].y', any: true, exists: false }, items, true],
  ['[*] within [*]', { path: 'properties.a[*].b[*]', any: true, eq: 3 }, { a: [{ b: [1] }, { b: [2, 3] }] }, true],
]
test.each(scenarios)('predicate: %s', (_rule, predicate, properties, then) => {
  expect(compileWhere([predicate])(asJson(track('E', noon, properties)))).toBe(then)
})

test('ALL predicates have to hold; none named holds', () => {
  const event = asJson(track('E', noon, { x: 1 }))
  const [yes, no] = [
    { path: 'properties.x', eq: 1 },
    { path: 'properties.x', eq: 2 },
  ] as const
  expect(compileWhere([yes, no])(event)).toBe(false)
  expect(compileWhere([])(event)).toBe(true)
})
