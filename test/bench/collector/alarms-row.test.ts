import { expect, test } from 'vitest'
import { newCounts, newObjectCounts } from '../probe/counts.ts'
import { alarmsRow } from './alarms-row.ts'

const object = newObjectCounts()

test('alarms of all objects are taken together and scaled to 1,000 events', () => {
  const Visitor = { ...object, alarmsSet: 40, alarmRuns: 20 }
  const counts = { ...newCounts(), objects: { Visitor, RosterShard: { ...object, alarmsSet: 10 } } }
  const { value, note } = alarmsRow('of somebody', counts, 200)
  expect(value).toBe(250)
  expect(note).toContain('100 fired in 1,000 events')
})
