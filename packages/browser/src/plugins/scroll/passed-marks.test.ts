import { expect, test } from 'vitest'
import { passedMarks } from './passed-marks.ts'

test.each<[topPx: number, viewPx: number, heightPx: number, wanted: number[]]>([
  [0, 800, 8_000, []],
  [1_197, 800, 8_000, []],
  [1_200, 800, 8_000, [25]],
  [3_200, 800, 8_000, [25, 50]],
  [5_200, 800, 8_000, [25, 50, 75]],
  [6_400, 800, 8_000, [25, 50, 75, 90]],
  [7_198.5, 800, 8_000, [25, 50, 75, 90, 100]],
  [0, 800, 800, [25, 50, 75, 90, 100]],
  [0, 800, 300, [25, 50, 75, 90, 100]],
  [0, 800, 1_000, [25, 50, 75]],
  [-40, 800, 8_000, []],
])('%s px above a window of %s px on a page of %s px has passed %s', (topPx, viewPx, heightPx, wanted) => {
  expect(passedMarks({ topPx, viewPx, heightPx })).toEqual(wanted)
})
