import { describe, expect, test } from 'vitest'
import { grantedWithin, grantMs, grantWithin, type MinuteWindow } from './minute-window.ts'

const start = 1_763_800_000_000

/** Asks for so many every so often, and says how many were granted each time. */
const run = (budget: number, wanted: number, everyMs: number, times: number): { at: number; granted: number }[] => {
  let window: MinuteWindow = []
  return Array.from({ length: times }, (_, n) => {
    const at = start + n * everyMs
    const grant = grantWithin(window, budget, wanted, 1, at)
    window = grant.window
    return { at, granted: grant.granted }
  })
}

describe('WS a budget a minute', () => {
  test.each([
    ['a flood', 600, 50, 100, 2_000],
    ['one at a time', 30, 1, 333, 1_000],
    ['all at once, every minute', 600, 600, 60_000, 10],
    ['a budget of one', 1, 1, 1_000, 300],
  ])('%s: never more is used in any minute, however late within its time', (_what, budget, wanted, everyMs, times) => {
    const grants = run(budget, wanted, everyMs, times)
    for (const { at } of grants) {
      const usable = grants.filter((one) => one.at >= at - grantMs && one.at < at + 60_000)
      expect(usable.reduce((sum, { granted }) => sum + granted, 0)).toBeLessThanOrEqual(budget)
    }
    expect(grants.some(({ granted }) => granted > 0)).toBe(true)
  })

  test('spent, it says when there is something again, and then there is', () => {
    const spent = grantWithin([], 10, 10, 1, start)
    const refused = grantWithin(spent.window, 10, 1, 1, start + 1_000)
    expect(refused).toMatchObject({ granted: 0 })
    expect(refused.retryAfterMs).toBeLessThanOrEqual(70_000)
    const later = start + 1_000 + refused.retryAfterMs
    expect(grantWithin(refused.window, 10, 1, 1, later - 1).granted).toBe(0)
    expect(grantWithin(refused.window, 10, 1, 1, later).granted).toBe(1)
  })

  test('what is of use only whole is granted whole while anything is left', () => {
    const first = grantWithin([], 100, 0, 2_500, start)
    expect(first.granted).toBe(2_500)
    expect(grantWithin(first.window, 100, 0, 1, start + 59_000).granted).toBe(0)
  })

  test('it is no longer than its minute, whatever is asked', () => {
    let window: MinuteWindow = []
    for (let n = 0; n < 1_000; n++) window = grantWithin(window, 1e9, 7, 1, start + n * 977).window
    expect(window.length).toBeLessThanOrEqual(14)
    expect(grantedWithin(window, start + 2_000_000)).toBe(0)
  })
})
