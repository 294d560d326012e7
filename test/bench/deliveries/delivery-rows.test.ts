import { expect, test } from 'vitest'
import { newCounts, newObjectCounts } from '../probe/counts.ts'
import { rowsOf } from './delivery-rows.ts'

test('what a delivery costs is what its object writes, is called for and tells, by the delivery', () => {
  const activation = {
    ...newCounts(),
    objects: { Deliveries: { ...newObjectCounts(), requests: 60, alarmRuns: 10, rowsWritten: 210, alarmsSet: 10 } },
    messages: { LAKE_ROWS: { messages: 5, chunksOf64Kb: 5 } },
  }
  const rows = rowsOf({
    changes: 100,
    floorSeconds: 1,
    seconds: 2,
    delaysMs: [1, 2, 3],
    activation,
  })
  const figure = (what: string): number | undefined => rows.find((row) => row.what.startsWith(what))?.value
  expect(figure('rows written')).toBe(2.1)
  // 50 of the consumers, and one for each consent.
  expect(figure('object calls')).toBe(1.5)
  expect(figure('dollars')).toBeCloseTo(2.1 + 0.1 + 0.15 * 1.6 + 1.2 * 0.05)
  expect(rows[0]).toMatchObject({ value: 50, peer: { value: 100 }, ratio: 0.5 })
})
