import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import { lakeErasureRows } from './lake-erasure-rows.ts'

const measured = (filesRead: number) =>
  lakeErasureRows({
    rows: 1_000,
    files: 100,
    one: {
      seconds: 2,
      cpuSeconds: 1,
      rows: 50,
      state: { isDone: true, files: 100, filesRead, filesRewritten: 10, rows: { events: 50 } },
    },
    thousand: {
      seconds: 5,
      cpuSeconds: 4,
      rows: 150,
      persons: 30,
      state: { isDone: true, files: 100, filesRead: 100, filesRewritten: 100, rows: { events: 5 } },
    },
    heap: { heapMb: 48, rows: 10 },
  })

test.each([
  ['what is read for nothing is of the files that held nothing', 19, 0.1, 'kept'],
  ['more than is to be is told', 55, 0.5, 'BROKEN'],
] as const)('%s', (_rule, filesRead, share, verdict) => {
  const row = measured(filesRead)[1]!
  expect([row.value, verdictOf(row)]).toEqual([share, verdict])
})

test('many are told with the rows that were written again', () => {
  expect(measured(19)[2]!.note).toContain(
    '150 rows went, 800 were written again: 200 rows a second, with 4.0 s of the runtime',
  )
})
