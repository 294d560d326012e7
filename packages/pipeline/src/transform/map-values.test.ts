import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Step } from './step.ts'
import { propertiesAfter } from './testing.ts'

const to = { s: 'S', '1': 'one', true: 1, none: null, '': 'empty' }
const rows: [otherwise: 'keep' | 'drop' | 'fail' | undefined, from: Json, to: unknown][] = [
  [undefined, 's', { p: 'S' }],
  [undefined, 1, { p: 'one' }],
  [undefined, true, { p: 1 }],
  [undefined, 'none', { p: null }],
  [undefined, '', { p: 'empty' }],
  [undefined, 'constructor', { p: 'constructor' }],
  [undefined, 'x', { p: 'x' }],
  ['keep', { s: 1 }, { p: { s: 1 } }],
  ['drop', 'x', {}],
  ['drop', [1], {}],
  ['drop', null, { p: null }],
  ['fail', 'x', 'transform_error'],
  ['fail', 's', { p: 'S' }],
]
test.each(rows)('TR4 otherwise %s: %j becomes %j', (otherwise, from, result) => {
  const step: Step = { mapValues: 'properties.p', to, ...(otherwise && { otherwise }) }
  expect(propertiesAfter({ p: from }, step)).toEqual(result)
})
