import type { Json } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { change, event } from '../testing/deliveries.ts'
import { fillJson, fillText, fillUrl, readerOf } from './template.ts'

const read = readerOf(
  change({ traits: { tags: ['a', 'b'], name: '{{secret}}', note: 'x"y', of: { plan: 'pro' }, 'of two': 2, no: null } }),
  's3cr3t',
)

describe('a place of a template', () => {
  test.each<[what: string, template: Json, filled: Json | undefined]>([
    ['alone becomes the value, whatever its type', '{{traits.tags}}', ['a', 'b']],
    ['alone may be false', '{{change.seq}}', 3],
    ['alone and null stays null', '{{ traits.no }}', null],
    ['in a text becomes text', 'seq {{change.seq}} of {{ audience }}', 'seq 3 of buyers'],
    ['without a value is empty in a text', 'a{{traits.none}}b', 'ab'],
    ['without a value is left out of an object', { a: '{{traits.none}}', b: 1 }, { b: 1 }],
    ['without a value is left out of a list', ['{{traits.none}}', 'b'], ['b']],
    ['may be in the name of a field', { 'in_{{audience}}': true }, { in_buyers: true }],
    ['that a value holds is not filled: values are data', '{{traits.name}}', '{{secret}}'],
    ['that a value holds is not filled in a text either', 'hello {{traits.name}}', 'hello {{secret}}'],
    ['reads own fields alone', 'a{{traits.constructor.name}}{{__proto__}}b', 'ab'],
    ['finds the first identifier of a type', '{{identifiers.email}}', 'john_smith@gmail.com'],
    ['may name what has a space', '{{traits.of two}}', 2],
    ['deep in the template is found too', { a: [{ b: '{{traits.of.plan}}' }] }, { a: [{ b: 'pro' }] }],
  ])('%s', (_what, template, filled) => {
    expect(fillJson(template, read)).toEqual(filled)
  })

  test('cannot end a text of JSON: the JSON is made of values', () => {
    expect(JSON.stringify(fillJson({ a: 'say {{traits.note}}' }, read))).toBe('{"a":"say x\\"y"}')
  })

  test('of an event reads its fields and contacts', () => {
    const of = readerOf(event(), undefined)
    expect(fillText('{{event.event}} {{identifiers.email}} {{at}} {{secret}}', of)).toBe(
      'Order Completed john_smith@gmail.com 2026-01-31T11:59:55.000Z ',
    )
  })
})

test.each<[value: string, filled: string | undefined]>([
  ['a b', 'https://x.example/a%20b'],
  ['a/b', 'https://x.example/a%2Fb'],
  ['?q=1#f', 'https://x.example/%3Fq%3D1%23f'],
  ['@evil.example', 'https://x.example/%40evil.example'],
  ['..', undefined],
  ['.', undefined],
  ['', undefined],
])('a value %j in a URL', (value, filled) => {
  const of = readerOf(change({ identifiers: [{ type: 'user_id', value }] }), undefined)
  expect(fillUrl('https://x.example/{{identifiers.user_id}}', of)).toBe(filled)
})
