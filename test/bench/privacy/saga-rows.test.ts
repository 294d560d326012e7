import { expect, test } from 'vitest'
import { newCounts, newObjectCounts } from '../probe/counts.ts'
import { verdictOf } from '../row.ts'
import type { MeasuredErasure } from './erasure-costs.ts'
import { type Saga, sagaRows } from './saga-rows.ts'

const object = newObjectCounts()

const erasure = (events: number, heldBack: number, seconds: number, more: Partial<MeasuredErasure> = {}) => ({
  seconds,
  cpuSeconds: 0.5,
  steps: [
    { step: 'find', ms: 200, attempts: 1 },
    { step: 'lake', ms: 1_000, attempts: 2 },
  ],
  stores: { empty: { objects: 22, events }, quarantine: { events: heldBack }, lake: { events, filesRewritten: 4 } },
  rewritten: { files: 4, rows: 5_000 },
  collector: {
    ...newCounts(),
    objects: {
      Erasures: { ...object, requests: 10, alarmRuns: 4, alarmsSet: 4, rowsWritten: 76, activeMs: 500 * seconds },
      Visitor: { ...object, requests: 66, rowsWritten: 20, activeMs: 9_000 },
    },
  },
  activation: {
    ...newCounts(),
    objects: { LakeKeeper: { ...object, requests: 5, alarmRuns: 1, rowsWritten: 50, activeMs: 1_000 } },
    r2Puts: 5,
    r2Lists: 20,
    r2Gets: 13,
  },
  ...more,
})

const large = erasure(10_000, 20, 4)
const afterwards = { found: 0, mentions: { events: 0 }, events: 3_000, changed: 0 }
const measured: Saga = {
  person: { events: 10_000, devices: 20, heldBack: 20 },
  others: { persons: 500, events: 3_000 },
  waits: [
    { what: 'isolates', ms: 2_000, deployedMs: 120_000 },
    { what: 'the lake', ms: 500, deployedMs: 500 },
  ],
  overwritten: {
    rows: { Quarantine: 14_000, Deliveries: 15_000 },
    delay: { what: 'more', ms: 20_000, deployedMs: 3_600_000 },
  },
  large: [large],
  small: [erasure(1, 1, 2)],
  afterwards,
}

const rowOf = (what: string, saga = measured) => sagaRows(saga).find((row) => row.what.startsWith(what))!
const broken = (saga: Saga): string[] =>
  sagaRows(saga).flatMap((row) => (verdictOf(row) === 'BROKEN' ? [row.what] : []))

test('an erasure is told with each step that it lists, and what the receipt counts of it', () => {
  expect(rowOf('step lake')).toMatchObject({ value: 1_000, note: '2 times; events 10,000, filesRewritten 4' })
  expect(rowOf('step find')).toMatchObject({ value: 200, note: 'once; nothing' })
})

test('work is the time of who conducts it and of who rewrites the lake, whomever they call', () => {
  expect(rowOf('of it, while')).toMatchObject({ value: 3, peer: { value: 2 }, ratio: 1.5 })
})

test('what it costs is rows with alarms, calls without them, requests of the bucket, and the bill of all', () => {
  expect(rowOf('rows that objects write').value).toBe(76 + 4 + 20 + 50)
  expect(rowOf('calls of objects')).toMatchObject({ value: 10 + 66 + 5 - 5, note: 'and 5 alarms' })
  expect(rowOf('requests of the bucket')).toMatchObject({ value: 38, note: '5 stored, 20 listed, 13 read' })
  // Rows, object calls, time in which objects were active, 500 ms of processor, and the bucket.
  const millionths = 150 + 81 * 0.15 + 12 * 1.6 + 500 * 0.02 + 25 * 4.5 + 13 * 0.36
  expect(rowOf('dollars').value).toBeCloseTo(millionths / 1_000)
})

test('waits that are set are told apart, and what they are on the network', () => {
  expect(rowOf('a person of').note).toContain(
    'that are set 2 s for isolates (120 s on the network), 0.5 s for the lake; ',
  )
})

test('what is written over afterwards is no one erasure alone, and has a row of its own', () => {
  const { value, note } = rowOf('rows that write over')
  expect(value).toBe(29_000)
  expect(note).toContain('Quarantine 14,000, Deliveries 15,000: 0.029 dollars by list prices; once 20 s after')
})

const sagas: [what: string, more: Partial<Saga>, broken: number][] = [
  ['that is right is kept', {}, 0],
  [
    'of which one event stays in the lake breaks it',
    { large: [erasure(9_999, 20, 4, { stores: { ...large.stores, lake: { events: 9_999 } } })] },
    1,
  ],
  [
    'that counts one event twice breaks it',
    {
      large: [large, erasure(10_000, 20, 4, { stores: { ...large.stores, lake: { events: 10_001 } } })],
      small: [erasure(1, 1, 2), erasure(1, 1, 2)],
    },
    1,
  ],
  [
    'whose receipt says nothing of the lake breaks it',
    { large: [erasure(10_000, 20, 4, { stores: { ...large.stores, lake: {} } })] },
    1,
  ],
  ['that forgets what was held back breaks it', { large: [erasure(10_000, 19, 4)] }, 1],
  ['of one event that takes others along breaks it', { small: [erasure(2, 1, 2)] }, 2],
  ['that leaves a profile breaks it', { afterwards: { ...afterwards, found: 1 } }, 1],
  ['that leaves a row of any kind breaks it', { afterwards: { ...afterwards, mentions: { changes: 1 } } }, 1],
  ["that takes somebody else's event breaks it", { afterwards: { ...afterwards, events: 2_999 } }, 1],
  ["that changes somebody else's profile breaks it", { afterwards: { ...afterwards, changed: 1 } }, 1],
  ['that takes far longer for many events breaks it', { large: [erasure(10_000, 20, 20)] }, 1],
  ['that needs far more of the processor breaks it', { large: [erasure(10_000, 20, 4, { cpuSeconds: 3 })] }, 1],
  ['whose processor nobody could look at is kept', { large: [erasure(10_000, 20, 4, { cpuSeconds: Number.NaN })] }, 0],
]

test.each(sagas)('CO7 an erasure %s', (_what, more, count) => {
  expect(broken({ ...measured, ...more })).toHaveLength(count)
})
