import { expect, test } from 'vitest'
import { type Counts, newCounts, newObjectCounts } from '../probe/counts.ts'
import { billOf, difference } from './bill.ts'

const object = newObjectCounts()

test('a million events of one row each cost a dollar for rows', () => {
  const collector: Counts = { ...newCounts(), objects: { Visitor: { ...object, rowsWritten: 10 } } }
  expect(billOf(collector, newCounts(), 0, 10).dollars).toBeCloseTo(1)
})

test('an alarm that is set counts as a row; a message is three operations for each 64 KB', () => {
  const collector: Counts = {
    ...newCounts(),
    objects: { Visitor: { ...object, alarmsSet: 1 } },
    messages: { EVENTS: { messages: 1, chunksOf64Kb: 2 } },
  }
  expect(billOf(collector, newCounts(), 0, 1).dollars).toBeCloseTo(1 + 2.4)
})

test("PLATFORM's example of batches of five comes out as there", () => {
  const events = 1_000
  const collector: Counts = {
    ...newCounts(),
    requests: 200,
    objects: { Visitor: { ...object, requests: 300, rowsWritten: 450 } },
    messages: { EVENTS: { messages: 250, chunksOf64Kb: 250 } },
  }
  const activation: Counts = { ...newCounts(), requests: 3, r2Puts: 2 }
  expect(billOf(collector, activation, 0, events).dollars).toBeCloseTo(0.87, 1)
})

test('a difference is taken field by field, and what is new counts in full', () => {
  const before = { ...newCounts(), requests: 3 }
  const after: Counts = { ...newCounts(), requests: 5, messages: { EVENTS: { messages: 2, chunksOf64Kb: 2 } } }
  expect(difference(after, before)).toMatchObject({ requests: 2, messages: { EVENTS: { messages: 2 } } })
})

test('a bucket is paid for what is stored and listed, at another price for what is read, and not for what is deleted', () => {
  const activation: Counts = { ...newCounts(), r2Puts: 1, r2Lists: 2, r2Gets: 10 }
  expect(billOf(newCounts(), activation, 0, 1).dollars).toBeCloseTo(3 * 4.5 + 10 * 0.36)
})
