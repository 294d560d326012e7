import { expect, test } from 'vitest'
import { inTurns } from './in-turns.ts'
import { ratioOf, valuesOf } from './series.ts'

test('targets take turns, and each keeps its own rounds', async () => {
  const asked: string[] = []
  const measured = await inTurns(['a', 'b'], 2, (target, turn) => {
    asked.push(`${target}${turn}`)
    return asked.length
  })
  expect(asked).toEqual(['a1', 'b1', 'a2', 'b2'])
  expect(measured).toEqual([
    { target: 'a', rounds: [1, 3] },
    { target: 'b', rounds: [2, 4] },
  ])
})

test('a ratio is taken within a turn, so that what slows a whole turn does not count', () => {
  const over = { rounds: [20, 200, 30] }
  const under = { rounds: [10, 100, 10] }
  const same = (value: number): number => value
  expect(valuesOf(over, same)).toEqual({ value: 30, spread: [20, 200] })
  expect(ratioOf(over, under, same)).toEqual({ ratio: 2, ratioSpread: [2, 3] })
})
