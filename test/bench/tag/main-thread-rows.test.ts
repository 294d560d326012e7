import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import type { MainThreadRound } from './main-thread.ts'
import { mainThreadRows } from './main-thread-rows.ts'

const round = (startTotalMs: number, callsMs: number): MainThreadRound => ({
  startTotalMs,
  callsMs,
  callsBlockedMs: callsMs,
  callsTotalMs: callsMs,
  startHeapKb: 0,
  callsHeapKb: 0,
})

const rows = mainThreadRows('ours', 'page', [
  { target: { name: 'page' }, rounds: [round(100, 1)] },
  { target: { name: 'ours' }, rounds: [round(110, 50)] },
  { target: { name: 'fast' }, rounds: [round(108, 60)] },
  { target: { name: 'ours' }, rounds: [round(120, 40)] },
  { target: { name: 'broken' }, rounds: [undefined] },
])
const rowOf = (what: string) => rows.find((row) => row.what.includes(what))!

test('a row has the median of all rounds of ours, and the best peer that has any', () => {
  expect(rowOf('until the last returns')).toMatchObject({ value: 45, spread: [40, 50], peer: { value: 60 } })
  expect(rowOf('until the last returns').peer!.what).toBe('fast, best of 1')
})

test('the budget of DESIGN 7 is on the calls', () => {
  expect(verdictOf(rowOf('until the last returns'))).toBe('BROKEN')
})

test('what a page without a tag has of it does not count', () => {
  expect(rowOf('all of the main thread until it has started')).toMatchObject({ value: 15, spread: [10, 20] })
})
