import { expect, test } from 'vitest'
import { perSecond, timeSteps } from './measure-steps.ts'

const rounds: [what: string, stepMs: number, forMs: number, steps: number][] = [
  ['steps go on until the time is over', 2, 10, 5],
  ['a step under way is done, and counts in full', 3, 10, 4],
  ['a step that takes longer than the round is done once', 50, 10, 1],
]

test.each(rounds)('%s', (_what, stepMs, forMs, steps) => {
  let now = 7
  // Half of the wall time is another process's.
  const clocks = { wallMs: () => now, cpuUs: () => now * 500 }
  const step = (): void => {
    now += stepMs
  }
  const round = timeSteps(step, forMs, clocks)
  expect(round).toEqual({ us: stepMs * 500, steps })
  expect(perSecond(round)).toBeCloseTo(2_000 / stepMs)
})
