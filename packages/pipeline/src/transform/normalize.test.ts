import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { NormalForm } from './step.ts'
import { after, propertiesAfter, track } from './testing.ts'

const rows: [by: NormalForm[], from: Json, to: Json][] = [
  [['trim'], ' Ada@X ', 'Ada@X'],
  [['trim', 'lowercase'], ' Ada@X ', 'ada@x'],
  [['uppercase'], 'de', 'DE'],
  [['collapse'], 'a \n b', 'a b'],
  [['trim'], 5, 5],
  [['trim'], null, null],
]
test.each(rows)('TR6 %j: %j becomes %j', (by, from, to) => {
  expect(propertiesAfter({ p: from }, { normalize: 'properties.p', by })).toEqual({ p: to })
})

test('TR6 several fields, and the userId', () => {
  const event = track({ userId: ' U1 ', traits: { email: ' A@B ' } })
  expect(after(event, { normalize: ['userId', 'traits.email'], by: ['trim', 'lowercase'] })).toMatchObject({
    userId: 'u1',
    traits: { email: 'a@b' },
  })
})
