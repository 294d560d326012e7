import { expect, test } from 'vitest'
import { describeError } from './describe-error.ts'

const long = Object.assign(new Error('m'.repeat(9_000)), { name: 'n'.repeat(9_000), stack: 's'.repeat(90_000) })

test.each<[what: string, reason: unknown, wanted: object | undefined]>([
  [
    'an error',
    Object.assign(new TypeError('no'), { stack: 'at x' }),
    { name: 'TypeError', message: 'no', stack: 'at x' },
  ],
  ['text', 'no', { message: 'no' }],
  ['a number', 7, { message: '7' }],
  ['an object with a message', { message: 'no', code: 7 }, { message: 'no' }],
  ['an object without one', { code: 7 }, { message: '[object Object]' }],
  ['a symbol', Symbol('no'), { message: 'Symbol(no)' }],
  ['a message that is no text', { message: { a: 1 } }, { message: '[object Object]' }],
  ['long texts', long, { name: 'n'.repeat(100), message: 'm'.repeat(500), stack: 's'.repeat(2_000) }],
  ['a script of another origin', 'Script error.', undefined],
  ['nothing', undefined, undefined],
  ['null', null, undefined],
  ['an empty text', '', undefined],
])('what is told of %s', (_what, reason, wanted) => {
  expect(describeError(reason)).toEqual(wanted)
})
