import { expect, test } from 'vitest'
import { newObjectCounts } from '../probe/counts.ts'
import { costsOf } from './request-costs.ts'

test('calls are those that are no alarm, rows those that are written and the alarms that are set', () => {
  const Visitor = {
    ...newObjectCounts(),
    requests: 21,
    alarmRuns: 1,
    rowsWritten: 11,
    alarmsSet: 1,
    textStored: 20_480,
  }
  const costs = costsOf({ objects: { Visitor, RosterShard: { ...newObjectCounts(), requests: 5 } } }, 10)
  expect(costs).toEqual({ calls: 2, rows: 1.2, storedKb: 2 })
})
