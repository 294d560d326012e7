import { expect, test } from 'vitest'
import { eraseParked } from './erase-parked.ts'
import { compileSubjects } from './subjects.ts'

const until = Date.parse('2026-01-31T12:00:00Z')
const subjects = compileSubjects([
  {
    erasureId: 'e1',
    profileIds: ['PROFILEOFANN'],
    identifiers: [
      { type: 'user_id', value: 'ann' },
      { type: 'email', value: 'ann@example.com' },
      { type: 'customer', value: '17' },
    ],
    visitors: ['user_id:5ac4b2f0', 'email:9f86d081'],
    until,
  },
])

const json = JSON.stringify
const row = (profile_id: string) => ({ at: until, id: `${profile_id}:buyers:1`, profile_id })
const rows = (...profileIds: string[]) => json({ kind: 'deliveries', id: 'm1', rows: profileIds.map(row) })
const ended = (began_at: number) =>
  json({ kind: 'deliveries', id: 'm1', rows: [{ ...row('PROFILEOFANN'), at: until + 9, began_at }] })
const event = (userId: string, receivedAt = until) => json({ messageId: 'm', userId, receivedAt })
const unit = (about: object, ...events: string[]) => [json(about), ...events].join('\n')
const delivery = (profileId: string) =>
  json({ kind: 'change', id: `${profileId}:buyers:1`, profileId, change: { emittedAt: until } })

// biome-ignore format: a row a rule
const parked: [what: string, text: string, left: string | null | undefined, count?: number][] = [
  ['a delivery of the person', delivery('PROFILEOFANN'), null],
  ['one of another', delivery('PROFILEOFBOB'), undefined],
  ['a unit of the person, as a whole', unit({ id: 'user_id:5ac4b2f0#1.0', visitor: 'user_id:5ac4b2f0' }, event('bob')), null],
  ['a unit by the name of an object alone', unit({ id: 'email:9f86d081#7.2', visitor: '' }, event('bob')), null],
  ['of a unit of many without a profile, the person’s', unit({ id: 'bots', visitor: '' }, event('ann'), event('bob')), unit({ id: 'bots', visitor: '' }, event('bob'))],
  ['a unit of what came later', unit({ id: 'user_id:5ac4b2f0#9.0', visitor: 'user_id:5ac4b2f0' }, event('ann', until + 1)), undefined],
  ['of a message with rows, the person’s', rows('PROFILEOFANN', 'PROFILEOFBOB'), rows('PROFILEOFBOB')],
  ['a message whose rows are all the person’s', rows('PROFILEOFANN', 'PROFILEOFANN'), null, 2],
  ['a message of a delivery that ended after the erasure', ended(until), null],
  ['a message of one that began after it', ended(until + 1), undefined],
  ['an address in another form', json({ to: 'ANN@example.com' }), null],
  ['text that nobody can read, with the name in it', '{"userId":"ann","prop', null],
  ['text that nobody can read, without', '{"userId":"hann', undefined],
  ['what has a short identifier in its field', json({ identifiers: [{ type: 'customer', value: '17' }] }), null],
  ['what has it in its field of an event', json({ traits: { customer: 17 } }), null],
  ['what has the same number elsewhere', json({ properties: { quantity: 17, name: 'ann' }, userId: '17' }), undefined],
  ['text broken off, with an address', 'could not read ann@example.com, at 12', null],
  ['nothing', '', undefined],
]
test.each(parked)('CO7 what is left of %s', (_what, text, left, count = 1) => {
  const erased = eraseParked(text, subjects)
  expect(erased?.text).toBe(left)
  expect(erased?.rows).toEqual(left === undefined ? undefined : { e1: count })
})
