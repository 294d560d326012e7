import { expect, test } from 'vitest'
import { createEngagedTime } from './engaged-time.ts'

type Step = [atSeconds: number, isPresent: boolean]

test.each<[what: string, steps: Step[], takenAt: number, wanted: number]>([
  ['a page that is read counts', [[0, true]], 12, 12],
  ['a page that is never seen counts nothing', [[0, false]], 500, 0],
  ['who does nothing reads on for 30 s', [[0, true]], 300, 30],
  [
    '30 s are counted from what was done last',
    [
      [0, true],
      [20, true],
      [40, true],
    ],
    300,
    70,
  ],
  [
    'a pause does not count',
    [
      [0, true],
      [100, true],
    ],
    105,
    35,
  ],
  [
    'a page in the background does not count',
    [
      [0, true],
      [10, false],
      [60, true],
    ],
    65,
    15,
  ],
  [
    'leaving while idle counts no more than 30 s',
    [
      [0, true],
      [100, false],
    ],
    200,
    30,
  ],
  [
    'what is said twice counts once',
    [
      [0, true],
      [10, false],
      [10, false],
      [20, true],
      [20, true],
    ],
    25,
    15,
  ],
  [
    'a clock that goes back takes nothing away',
    [
      [10, true],
      [20, true],
      [5, true],
    ],
    8,
    13,
  ],
])('%s', (_what, steps, takenAt, wanted) => {
  const time = createEngagedTime()
  for (const [at, isPresent] of steps) time.note(at * 1_000, isPresent)
  expect(time.take(takenAt * 1_000)).toBe(wanted * 1_000)
})

test('what was taken is not taken again, and the time goes on', () => {
  const time = createEngagedTime()
  time.note(0, true)
  expect([time.take(4_000), time.take(4_000), time.take(10_000), time.take(90_000)]).toEqual([4_000, 0, 6_000, 20_000])
})
