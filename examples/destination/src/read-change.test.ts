import { expect, test } from 'vitest'
import { readChange } from './read-change.ts'

const change = (patch: object = {}): object => ({
  id: 'p:engaged:1',
  type: 'audience.entered',
  audience: 'engaged',
  version: 1,
  profileId: 'p',
  seq: 1,
  cause: 'event',
  causeId: 'm1',
  effectiveAt: 900,
  emittedAt: 901,
  identifiers: [{ type: 'anonymous_id', value: 'a' }],
  traits: {},
  consent: {},
  ...patch,
})

test('AU6 a change is kept whole, with fields that a later version adds', () => {
  expect(readChange(change({ inexact: true }))).toEqual(change({ inexact: true }))
})

const others: [title: string, body: unknown][] = [
  ['no object', 'entered'],
  ['another type', change({ type: 'event' })],
  ['a cause that nobody defined', change({ cause: 'magic' })],
  ['a time as text', change({ effectiveAt: '2026-11-21' })],
  ['an identifier without a type', change({ identifiers: [{ value: 'a' }] })],
  ['no identifiers', change({ identifiers: undefined })],
]
test.each(others)('%s is not a change', (_title, body) => {
  expect(readChange(body)).toBeUndefined()
})
