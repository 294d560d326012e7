import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { noon, track } from '../make/event.ts'
import { aggregate } from './aggregate.ts'
import type { Aggregate, Operators } from './condition.ts'
import { satisfies } from './predicate.ts'

const isSo = (kind: Aggregate, values: Json[], operators: Operators): boolean => {
  const events = values.map((value, index) => track('Paid', noon + index, { value }))
  return satisfies(operators, aggregate(kind, 'properties.value', events, String))
}

test.each<[Aggregate, Json[], Operators, boolean]>([
  ['sum', Array(10).fill(0.1), { gte: 1 }, true],
  ['sum', Array(10).fill(0.1), { eq: 1, lte: 1 }, true],
  ['sum', [10, -0.01], { gte: 10 }, false],
  ['sum', [], { eq: 0 }, true],
  ['sum', ['5', true, null], { eq: 0 }, true],
  ['avg', [0.1, 0.2], { eq: 0.15 }, true],
  ['avg', [1, '9', 2], { between: [1.5, 1.5] }, true],
  ['avg', [], { lt: 10 }, false],
  ['min', [3, -1, '-9'], { eq: -1 }, true],
  ['min', [], { lt: 10 }, false],
  ['max', [3, 7, 'z'], { gt: 6.9, lte: 7 }, true],
  ['max', ['7'], { ne: 0 }, false],
  ['distinct', ['5', 5, 5, true], { eq: 3 }, true],
  ['distinct', [], { lt: 5 }, false],
  ['first', [null, 'a', 'b'], { eq: 'a' }, true],
  ['last', ['a', 'b', null], { eq: 'b' }, true],
  ['last', [], { exists: false }, true],
  ['mode', ['a', 'b', 'b'], { eq: 'b' }, true],
  ['mode', ['a', 'b', 'b', 'a'], { eq: 'a' }, true],
  ['mode', ['a', 'b', 'a', 'b'], { eq: 'b' }, true],
  ['mode', [5, '5', '5'], { eq: '5' }, true],
])('AU: %s of %j is %j: %s', (kind, values, operators, expected) => {
  expect(isSo(kind, values, operators)).toBe(expected)
})
