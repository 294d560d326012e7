import { expect, test } from 'vitest'
import { type Candidate, shareRequest } from './share-request.ts'

const one = (name: string, about: Partial<Candidate> = {}): Candidate => ({
  delivery: { name },
  group: '',
  ...about,
})

// {"name":"aaaa"} is 15 bytes, with an é for each a 19
const rows: [what: string, candidates: Candidate[], maxBytes: number, together: number[]][] = [
  ['none', [], 100, []],
  ['all that fit', [one('aaaa'), one('bbbb'), one('cccc')], 45, [0, 1, 2]],
  ['what does not fit waits', [one('aaaa'), one('bbbb'), one('cccc')], 44, [0, 1]],
  ['bytes count, and not characters', [one('éééé'), one('éééé')], 37, [0]],
  ['the same with room for them', [one('éééé'), one('éééé')], 38, [0, 1]],
  ['the first goes, whatever its size', [one('aaaa'), one('bbbb')], 3, [0]],
  ['another group waits', [one('aaaa'), one('bbbb', { group: 'b' }), one('cccc')], 100, [0, 2]],
  ['another group takes no room', [one('aaaa'), one('b'.repeat(90), { group: 'b' }), one('cccc')], 40, [0, 2]],
  ['one that goes alone waits', [one('aaaa'), one('bbbb', { isAlone: true })], 100, [0]],
  ['beside one that goes alone nothing goes', [one('aaaa', { isAlone: true }), one('bbbb')], 100, [0]],
]

test.each(rows)('DE4 %s', (_what, candidates, maxBytes, together) => {
  expect(shareRequest(candidates, maxBytes)).toEqual(together.map((at) => candidates[at]))
})
