import { describe, expect, test } from 'vitest'
import { ulidTime } from '../identity/ulid.ts'
import type { Row } from '../ports.ts'
import { bounds, cutBatch, cutExcess, utf8Bytes } from './bounds.ts'

const now = Date.UTC(2026, 0, 1)
const row = (ageMs: number, text = 'x'): Row => [`${ulidTime(now - ageMs)}0000000000000000`, text]
const rows = (count: number, text = 'x'): Row[] => Array.from({ length: count }, (_, index) => row(count - index, text))

test('bytes are those of UTF-8', () => {
  expect(utf8Bytes('aé€😀')).toBe(1 + 2 + 3 + 4)
})

describe('a batch', () => {
  test.each<[what: string, given: Row[], maxEvents: number, wanted: number]>([
    ['is all of a few', rows(3), 100, 3],
    ['ends at its count', rows(300), 100, 100],
    ['ends at its bytes', rows(100, 'x'.repeat(1_000)), 100, 30],
    ['counts é as two bytes', rows(100, 'é'.repeat(500)), 100, 30],
    ['is never empty: the collector says what is too large', rows(2, 'x'.repeat(50_000)), 100, 1],
    ['of nothing is nothing', [], 100, 0],
  ])('%s', (_what, given, maxEvents, wanted) => {
    const batch = cutBatch(given, maxEvents)
    expect(batch).toEqual(given.slice(0, wanted))
  })
})

describe('QU3 the queue is bounded', () => {
  test.each<[by: string, given: Row[], gone: number]>([
    ['not at all within its bounds', rows(bounds.events), 0],
    ['by count: the oldest go', rows(bounds.events + 3), 3],
    ['by bytes: the oldest go', rows(2_100, 'x'.repeat(1_000)), 100],
    ['by UTF-8 bytes', rows(1_100, 'é'.repeat(1_000)), 100],
    [
      'by age: what is older than seven days',
      [row(bounds.ageMs + 2), row(bounds.ageMs + 1), row(bounds.ageMs), row(0)],
      2,
    ],
  ])('%s', (_by, given, gone) => {
    const left = [...given]
    expect(cutExcess(left, now)).toEqual(given.slice(0, gone))
    expect(left).toEqual(given.slice(gone))
  })
})
