import { describe, expect, test } from 'vitest'
import { afterAnswer, afterFailure, closedBreaker, stateOf } from './destination-breaker.ts'

/** So many failures in a row, one every so often, the first at 0. */
const failing = (times: number, everyMs: number) =>
  Array.from({ length: times }, (_, n) => n * everyMs).reduce((breaker, at) => afterFailure(breaker, at), closedBreaker)

describe('DE3 the breaker of a destination', () => {
  test('stays closed while few fail', () => {
    expect(stateOf(failing(9, 60_000), 8 * 60_000)).toBe('closed')
  })

  test('stays closed while it has not lasted', () => {
    expect(stateOf(failing(500, 10), 5_000)).toBe('closed')
  })

  test('opens after ten in a row over half a minute, for half a minute', () => {
    const open = failing(10, 4_000)
    expect(stateOf(open, 36_000)).toBe('open')
    expect(stateOf(open, 36_000 + 29_999)).toBe('open')
    expect(stateOf(open, 36_000 + 30_000)).toBe('half-open')
  })

  test('a probe that fails opens it for twice as long, up to ten minutes', () => {
    let open = failing(10, 4_000)
    const pauses: number[] = []
    for (let probe = 0; probe < 6; probe++) {
      const at = open.waitsUntil
      open = afterFailure(open, at)
      pauses.push((open.waitsUntil - at) / 1_000)
    }
    expect(pauses).toEqual([60, 120, 240, 480, 600, 600])
  })

  test('an answer closes it, and the count begins again', () => {
    expect(afterAnswer()).toEqual(closedBreaker)
    expect(stateOf(afterFailure(afterAnswer(), 1e6), 1e6)).toBe('closed')
  })

  test('whoever asks for time is given it, and is not probed but served again after it', () => {
    const asked = afterFailure(closedBreaker, 1_000, 7_000)
    expect(stateOf(asked, 7_999)).toBe('open')
    expect(stateOf(asked, 8_000)).toBe('closed')
    expect(afterFailure(closedBreaker, 0, 1e12).waitsUntil).toBe(3_600_000)
  })
})
