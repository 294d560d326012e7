import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Operators, Predicate } from './condition.ts'
import { matches, satisfies, valuesAt } from './predicate.ts'

test.each<[Operators, Json | undefined, boolean]>([
  [{ eq: 5 }, 5, true],
  [{ eq: 5 }, '5', false],
  [{ eq: true }, 1, false],
  [{ ne: 5 }, '5', true],
  [{ ne: 5 }, 5, false],
  [{ in: ['a', 5] }, 5, true],
  [{ in: ['a', 5] }, '5', false],
  [{ nin: ['a'] }, 'b', true],
  [{ nin: ['a'] }, 'a', false],
  [{ gt: 5 }, 5, false],
  [{ gte: 5 }, 5, true],
  [{ lt: 5 }, 5, false],
  [{ lte: 5 }, 5, true],
  [{ gte: 5 }, '7', false],
  [{ lt: 5 }, true, false],
  [{ between: [1, 3] }, 1, true],
  [{ between: [1, 3] }, 3, true],
  [{ between: [1, 3] }, 3.01, false],
  [{ gte: 2, lt: 5 }, 2, true],
  [{ gte: 2, lt: 5 }, 5, false],
  [{ contains: 'ri' }, 'SPRING', false],
  [{ contains: 'RI' }, 'SPRING', true],
  [{ contains: 'a' }, ['a', 'b'], true],
  [{ contains: 5 }, '5', false],
  [{ startsWith: 'SP' }, 'SPRING', true],
  [{ endsWith: 'NG' }, 'SPRING', true],
  [{ startsWith: '5' }, 5, false],
  [{ exists: true }, '', true],
  [{ exists: true }, false, true],
  [{ exists: false }, 0, false],
])('AU: %j of %j is %s', (operators, value, expected) => {
  expect(satisfies(operators, value)).toBe(expected)
})

const all: Operators[] = [
  { eq: 5 },
  { ne: 5 },
  { in: [5] },
  { nin: [5] },
  { gt: 5 },
  { gte: 5 },
  { lt: 5 },
  { lte: 5 },
  { between: [1, 2] },
  { contains: 'a' },
  { startsWith: 'a' },
  { endsWith: 'a' },
  { exists: true },
  { exists: false, ne: 5 },
]
test.each(all)('AU: a missing value is false for %j', (operators) => {
  expect(satisfies(operators, undefined)).toBe(false)
  expect(satisfies(operators, null)).toBe(false)
})

test('AU: a missing value is true for exists:false alone', () => {
  expect(satisfies({ exists: false }, undefined)).toBe(true)
  expect(satisfies({ exists: false }, null)).toBe(true)
})

const order = { properties: { items: [{ sku: 'A', price: 1 }, { sku: 'B' }], none: [], a: { b: 1 }, name: 'x' } }

test.each<[string, (Json | undefined)[]]>([
  ['properties.a.b', [1]],
  ['properties.a.c', [undefined]],
  ['properties.name.length', [undefined]],
  ['properties.toString', [undefined]],
  ['properties.items[*].sku', ['A', 'B']],
  ['properties.items[*].price', [1, undefined]],
  ['properties.none[*].sku', []],
  ['properties.name[*]', [undefined]],
])('the path %s leads to %j', (path, values) => {
  expect(valuesAt(order, path)).toEqual(values)
})

test.each<[Predicate, boolean]>([
  [{ path: 'properties.items[*].sku', any: true, eq: 'B' }, true],
  [{ path: 'properties.items[*].sku', any: true, eq: 'C' }, false],
  [{ path: 'properties.items[*].sku', every: true, in: ['A', 'B'] }, true],
  [{ path: 'properties.items[*].sku', every: true, eq: 'A' }, false],
  [{ path: 'properties.items[*].price', every: true, gte: 0 }, false],
  [{ path: 'properties.items[*].price', any: true, exists: false }, true],
  [{ path: 'properties.none[*].sku', every: true, eq: 'A' }, true],
  [{ path: 'properties.none[*].sku', any: true, exists: false }, false],
  [{ path: 'properties.none[*].sku', every: true, exists: false }, true],
])('AU: %j is %s', (predicate, expected) => {
  expect(matches(predicate, order)).toBe(expected)
})
