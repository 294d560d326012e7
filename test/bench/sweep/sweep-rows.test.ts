import { expect, test } from 'vitest'
import { newCounts, newObjectCounts, type ObjectCounts } from '../probe/counts.ts'
import { verdictOf } from '../row.ts'
import { rowsOf, type Swept } from './sweep-rows.ts'

const nothing = newObjectCounts()
const pace = { SWEEP_PAGE: '25', ROSTER_SHARDS: '4', SWEEP_DELAY_MS: '500' }

const swept = (
  visited: number,
  changed: number,
  visitor: Partial<ObjectCounts>,
  shard: Partial<ObjectCounts>,
): Swept => ({
  seconds: 10,
  sweep: { visited, changed, failed: 0 },
  counts: { ...newCounts(), objects: { Visitor: { ...nothing, ...visitor }, RosterShard: { ...nothing, ...shard } } },
})
const members = swept(100, 100, { rowsWritten: 300, alarmsSet: 100 }, { rowsWritten: 200 })

test('rows are those of a visit, alarms among them, and visits are held against the pace', () => {
  const rows = rowsOf(swept(1_000, 0, {}, { rowsWritten: 80, alarmsSet: 80 }), members, pace)
  expect(rows.map(({ value }) => value)).toEqual([100, 10, 0, 0, 0.16, 10, 6])
  expect(rows[0]).toMatchObject({ ratio: 0.5, peer: { value: 200 } })
})

const visits: [what: string, visitor: Partial<ObjectCounts>, verdict: string][] = [
  ['nothing', {}, 'kept'],
  ['one row of a thousand visits', { rowsWritten: 1 }, 'BROKEN'],
  ['one alarm of a thousand visits', { alarmsSet: 1 }, 'BROKEN'],
]

test.each(visits)('a visit that changes nothing may write nothing: %s', (_what, visitor, verdict) => {
  const rows = rowsOf(swept(1_000, 0, visitor, {}), members, pace)
  expect(rows.map(verdictOf).filter((its) => its !== '')).toEqual(['kept', verdict])
})

test('a visit that failed breaks the budget', () => {
  const all = swept(1_000, 0, {}, {})
  const rows = rowsOf({ ...all, sweep: { ...all.sweep, failed: 1 } }, members, pace)
  expect(rows.filter((row) => verdictOf(row) === 'BROKEN').map(({ value }) => value)).toEqual([1])
})
