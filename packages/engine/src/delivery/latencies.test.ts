import { expect, test } from 'vitest'
import { addLatencies, type Latencies, latencyWithin, noteLatency } from './latencies.ts'

const of = (values: number[]): Latencies => values.reduce<Latencies>((all, value) => noteLatency(all, value), [])

test('there is no latency of nothing', () => {
  expect(latencyWithin([], 0.5)).toBeNull()
})

test.each([0, 1, 37, 1_000, 14_999, 86_400_000])('%i ms are told at most a fifth too long', (ms) => {
  const told = latencyWithin(of([ms]), 1)!
  expect(told).toBeGreaterThanOrEqual(ms)
  expect(told).toBeLessThanOrEqual(Math.max(1, ms * 1.2))
})

test('those of several objects are added: half are quick, one in a hundred is slow', () => {
  const all = addLatencies(of(Array(99).fill(10)), of([60_000]))
  expect(latencyWithin(all, 0.5)).toBeLessThan(13)
  expect(latencyWithin(all, 0.99)).toBeLessThan(13)
  expect(latencyWithin(all, 1)).toBeGreaterThan(59_999)
})
