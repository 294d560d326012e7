import type { JsonObject } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Step } from './step.ts'
import { after, propertiesAfter, track } from './testing.ts'

const derive = 'properties.d'
const rows: [what: string, step: Step, from: JsonObject, to: unknown][] = [
  ['a constant', { derive, value: 'x' }, {}, { d: 'x' }],
  ['null is a constant', { derive, value: null }, { d: 1 }, { d: null }],
  ['another field, of any form', { derive, from: 'properties.a' }, { a: [1] }, { a: [1], d: [1] }],
  ['a field that is not there sets nothing', { derive, from: 'properties.a' }, { d: 1 }, { d: 1 }],
  ['a template', { derive, template: '{properties.a}-{event}' }, { a: 5 }, { a: 5, d: '5-Viewed' }],
  ['a template with a field that has no text', { derive, template: '{properties.a}-{event}' }, { a: [5] }, { a: [5] }],
  ['over what is there', { derive, value: 1 }, { d: 2 }, { d: 1 }],
  ['within an object', { derive: 'properties.o.d', value: 1 }, { o: { a: 1 } }, { o: { a: 1, d: 1 } }],
  ['a value in the way', { derive: 'properties.o.d', value: 1 }, { o: 'x' }, 'transform_error'],
]
test.each(rows)('TR7 derive: %s', (_what, step, from, to) => {
  expect(propertiesAfter(from, step)).toEqual(to)
})

test('TR7 into an event without properties', () => {
  expect(propertiesAfter(undefined, { derive, value: 1 })).toEqual({ d: 1 })
})

test('TR11 what it makes is within the limits of an event', () => {
  const long = 'x'.repeat(20_000)
  expect(propertiesAfter({ a: long }, { derive, template: '{properties.a}{properties.a}' })).toBe('transform_error')
  expect(after(track({ traits: { n: 'x'.repeat(201) } }), { derive: 'name', from: 'traits.n' })).toMatchObject({
    code: 'transform_error',
    message: 'transformations[0].steps[0]: name has become longer than 200 characters, which are allowed',
  })
  expect(after(track({ traits: { n: [1] } }), { derive: 'userId', from: 'traits.n' })).toMatchObject({
    code: 'transform_error',
  })
  expect(after(track({ traits: { n: 7 } }), { derive: 'userId', from: 'traits.n' })).toMatchObject({ userId: '7' })
  const deep = JSON.parse(`${'{"a":'.repeat(14)}1${'}'.repeat(14)}`)
  expect(propertiesAfter(deep, { derive: 'properties.b.c.d', from: 'properties.a' })).toBe('transform_error')
})
