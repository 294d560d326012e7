import { expect, test } from 'vitest'
import { readErased } from './read-erased.ts'

const erased = (patch: object = {}): object => ({
  id: 'erasure:01E',
  type: 'profile.erased',
  at: 900,
  profileIds: ['p', 'q'],
  identifiers: [{ type: 'anonymous_id', value: 'a' }],
  ...patch,
})

test('CO7 a person who is erased is read whole', () => {
  expect(readErased(erased())).toEqual(erased())
})

const others: [title: string, body: unknown][] = [
  ['no object', 'erased'],
  ['another type', erased({ type: 'audience.exited' })],
  ['a profile as a number', erased({ profileIds: [1] })],
  ['no profiles', erased({ profileIds: undefined })],
  ['an identifier without a type', erased({ identifiers: [{ value: 'a' }] })],
]
test.each(others)('%s is nobody who is erased', (_title, body) => {
  expect(readErased(body)).toBeUndefined()
})
