import { expect, test } from 'vitest'
import { lakeDollars } from './lake-rows.ts'

test('a million events: puts and notes of batches, joined files with their lists, and a month of bytes', () => {
  const measured = {
    events: 100_000,
    batch: [100, 5] as [number, number],
    consumeSeconds: 1,
    compactSeconds: 1,
    bytes: { fresh: 0, joined: 20_000_000, json: 0, gzip: 0 },
    files: { fresh: 200, joined: 2 },
    heap: { heapMb: 0, rows: 0 },
  }
  // 2,000 puts; 20 files joined, each with 4 pages of lists, and a manifest; 2,000 gets; 0.2 GB.
  const expected = (2_000 * 4.5 + 2_000 * 0.15 + (20 + 80 + 1) * 4.5 + 2_000 * 0.36) / 1e6 + 0.2 * 0.015
  expect(lakeDollars(measured).dollars).toBeCloseTo(expected, 10)
})
