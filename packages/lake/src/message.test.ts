import { expect, test } from 'vitest'
import { formatLakeMessage, parseLakeMessage } from './message.ts'

const change = { emitted_at: 1_000, id: 'p:a:1', type: 'audience.entered', audience: 'a', seq: 1 }
const text = (more: object): string => JSON.stringify({ kind: 'changes', id: 'm1', rows: [change], ...more })

test('LA1 a message is read with every column of its kind, JSON as text', () => {
  const identifiers = [{ type: 'user_id', value: 'u' }]
  const { rows } = parseLakeMessage(text({ rows: [{ ...change, identifiers }] }))
  expect(rows).toEqual([
    {
      ...{ emitted_at: 1_000, effective_at: null, id: 'p:a:1', type: 'audience.entered', audience: 'a', version: null },
      ...{ profile_id: null, seq: 1, cause: null, cause_id: null, traits: null, consent: null },
      identifiers: JSON.stringify(identifiers),
    },
  ])
  // What is read is what was sent: reading it again changes nothing.
  expect(parseLakeMessage(formatLakeMessage({ kind: 'changes', id: 'm1', rows })).rows).toEqual(rows)
})

const bad: [what: string, sent: string, says: string][] = [
  ['no JSON', '{', 'JSON'],
  ['another kind', text({ kind: 'others' }), 'the lake has no kind "others"'],
  ['no id', text({ id: '' }), 'id must be text'],
  ['no rows', text({ rows: {} }), 'rows must be a list'],
  ['a column that there is not', text({ rows: [{ ...change, colour: 'red' }] }), 'there is no column colour'],
  ['text for a number', text({ rows: [{ ...change, seq: 'secret' }] }), 'seq is no INTEGER'],
  ['no time to file it under', text({ rows: [{ ...change, emitted_at: null }] }), 'emitted_at is missing'],
]
test.each(bad)('LA1 %s cannot be read, and is named without its value', (_what, sent, says) => {
  expect(() => parseLakeMessage(sent)).toThrow(says)
  expect(() => parseLakeMessage(sent)).not.toThrow('secret')
})
