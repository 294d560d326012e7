import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import type { MainThreadRound } from './main-thread.ts'
import { mainThreadRows } from './main-thread-rows.ts'

const round = (startMs: number, callsMs: number, startTotalMs = startMs): MainThreadRound => ({
  startMs,
  startTotalMs,
  callsMs,
  callsBlockedMs: callsMs,
  callsTotalMs: callsMs,
  startHeapKb: 0,
  callsHeapKb: 0,
})

const rows = mainThreadRows('ours', 'page', [
  { target: { name: 'page' }, rounds: [round(1, 1, 100)] },
  { target: { name: 'ours' }, rounds: [round(9, 50, 110)] },
  { target: { name: 'fast' }, rounds: [round(8, 60)] },
  { target: { name: 'ours' }, rounds: [round(7, 40, 120)] },
  { target: { name: 'broken' }, rounds: [undefined] },
])
const rowOf = (what: string) => rows.find((row) => row.what.includes(what))!

test('a row has the median of all rounds of ours, and the best peer that has any', () => {
  expect(rowOf('the task that evaluates')).toMatchObject({ value: 8, spread: [7, 9], peer: { value: 8 } })
  expect(rowOf('the task that evaluates').peer!.what).toBe('fast, best of 1')
  expect(rowOf('until the last returns')).toMatchObject({ value: 45, peer: { value: 60 } })
})

test('the budgets of DESIGN 7 are on start and on the calls', () => {
  expect(verdictOf(rowOf('the task that evaluates'))).toBe('kept')
  expect(verdictOf(rowOf('until the last returns'))).toBe('BROKEN')
})

test('what a page without a tag has of it does not count', () => {
  expect(rowOf('all of the main thread until it has started')).toMatchObject({ value: 15, spread: [10, 20] })
})
