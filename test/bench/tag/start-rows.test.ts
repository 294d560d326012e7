import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import { startRow } from './start-rows.ts'

const rowOf = (ours: number[]) =>
  startRow('ours', 'page', [
    { target: { name: 'page' }, rounds: [4, 6, 5] },
    { target: { name: 'ours' }, rounds: ours },
    { target: { name: 'slow' }, rounds: [90, 100, 110] },
    { target: { name: 'fast' }, rounds: [14, 13, 15] },
  ])

test('a start is the median of its rounds beyond that of a page without a tag, beside the best peer', () => {
  expect(rowOf([12, 30, 11])).toMatchObject({
    value: 7,
    spread: [6, 25],
    peer: { what: 'fast, best of 2', value: 9 },
  })
})

test.each([
  ['kept', [12, 15, 14]],
  ['within noise', [16, 16, 16]],
  ['BROKEN', [18, 18, 17]],
])('the budget of DESIGN 7 on it: %s', (verdict, ours) => {
  expect(verdictOf(rowOf(ours))).toBe(verdict)
})
