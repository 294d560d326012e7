import { describe, expect, test } from 'vitest'
import { giveUpAfterMs, isGivenUp, retryDelayMs } from './schedule.ts'

const [second, hour] = [1_000, 3_600_000]

const rows: [rule: string, failed: number, random: number, retryAfterMs: number | undefined, waits: number][] = [
  ['the first time 2 s, at the most', 1, 1 - 1e-12, undefined, 2 * second],
  ['the first time 1 s, at the least', 1, 0, undefined, second],
  ['twice as long each time', 3, 1 - 1e-12, undefined, 8 * second],
  ['an hour at the most', 30, 1 - 1e-12, undefined, hour],
  ['however often it has failed', 5_000, 0, undefined, hour / 2],
  ['as long as the endpoint asks', 1, 0.5, 7 * second, 7 * second],
  ['its own time when the endpoint asks for less', 5, 0, second, 16 * second],
  ['an hour when the endpoint asks for more', 1, 0, 1e12, hour],
]

describe('DE4 what failed waits', () => {
  test.each(rows)('%s', (_rule, failed, random, retryAfterMs, waits) => {
    expect(retryDelayMs(failed, random, retryAfterMs)).toBe(waits)
  })

  test('and is given up 24 h after it was taken', () => {
    expect(isGivenUp(1_000, 1_000 + giveUpAfterMs - 1)).toBe(false)
    expect(isGivenUp(1_000, 1_000 + giveUpAfterMs)).toBe(true)
  })

  test('on a fake clock: an endpoint that fails for a day is asked 42 times', () => {
    const at: number[] = []
    for (let now = 0; !isGivenUp(0, now); now += retryDelayMs(at.length, 0.5)) at.push(now)
    expect(at.slice(0, 6)).toEqual([0, 1_500, 4_500, 10_500, 22_500, 46_500])
    expect(at.length).toBe(42)
  })
})
