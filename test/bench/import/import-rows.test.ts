import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import { importRows, type MeasuredImport } from './import-rows.ts'

const measured: MeasuredImport = {
  persons: 20,
  sample: 10,
  seconds: 20,
  sendingSeconds: 10,
  memory: [
    { share: 0, rssMb: 100 },
    { share: 0.1, rssMb: 200 },
    { share: 0.5, rssMb: 220 },
    { share: 1, rssMb: 250 },
  ],
  summary: {
    rows: 1_000,
    accepted: 900,
    duplicate: 90,
    quarantined: 0,
    rejected: 10,
    seconds: 10,
    wasDone: false,
    rejectedFile: 'x',
  },
  bad: 10,
  counted: 990,
  differences: 0,
  workerdSeconds: 0.3,
}

const broken = (more: Partial<MeasuredImport>): string[] =>
  importRows({ ...measured, ...more })
    .filter((row) => verdictOf(row) === 'BROKEN')
    .map(({ what }) => what)

test('the rate is that of sending, and memory is held against that at 10 %', () => {
  const rows = importRows(measured)
  expect(rows.map(({ value }) => value)).toEqual([100, 20, 300, 200, 220, 250, 0, 0, 0])
  expect(rows[5]).toMatchObject({ ratio: 1.25 })
  expect(broken({})).toEqual([])
})

test.each<[what: string, more: Partial<MeasuredImport>, row: string]>([
  ['an event is lost', { counted: 989 }, 'events lost or doubled'],
  ['an event is doubled', { counted: 991 }, 'events lost or doubled'],
  ['a row is not answered for', { summary: { ...measured.summary, duplicate: 89 } }, 'rows of which nobody said'],
  ['a profile differs', { differences: 1 }, 'profiles that differ'],
  ['memory grows', { memory: [...measured.memory, { share: 0.99, rssMb: 450 }] }, 'memory of the importer, at the end'],
])('it fails when %s', (_what, more, row) => {
  expect(broken(more)).toEqual([expect.stringContaining(row)])
})
