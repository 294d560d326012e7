import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import { type Crowd, rowsOf } from './many-devices.ts'

const cost = { calls: 1, rows: 1.06, storedKb: 28 }
const crowd: Crowd = { devices: 10_000, held: 20, events: 10_000, asked: 20, first: cost, last: cost }

const crowds: [what: string, more: Partial<Crowd>, broken: number][] = [
  ['that costs at the end what it cost at first', {}, 0],
  ['of which one event is not there', { events: 9_999 }, 1],
  ['of which one device too many joins', { held: 21 }, 1],
  ['each of whom is asked', { asked: 10_000 }, 1],
  ['that makes more and more calls', { last: { ...cost, calls: 2 } }, 1],
  ['that writes more and more rows', { last: { ...cost, rows: 2 } }, 1],
  ['that makes the state grow', { last: { ...cost, storedKb: 43 } }, 1],
]

test.each(crowds)('ID10 a crowd %s', (_what, more, broken) => {
  expect(rowsOf({ ...crowd, ...more }).filter((row) => verdictOf(row) === 'BROKEN')).toHaveLength(broken)
})
