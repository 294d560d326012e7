import { describe, expect, test } from 'vitest'
import { mayRepeat, onceMore } from '../src/pipeline/once-more.ts'

describe('WI7 a call that failed is made again where the platform says so', () => {
  const failure = (more: object) => Object.assign(new Error('moved'), more)

  test.each([
    ['retryable', failure({ retryable: true }), true],
    ['retryable and overloaded', failure({ retryable: true, overloaded: true }), false],
    ['overloaded', failure({ overloaded: true }), false],
    ['any other', failure({}), false],
    ['nothing', undefined, false],
  ])('%s', (_what, error, repeats) => {
    expect(mayRepeat(error)).toBe(repeats)
  })

  test('once, and what fails then is told', async () => {
    let calls = 0
    const error = failure({ retryable: true })
    const failing = () => {
      calls++
      return Promise.reject(error)
    }
    await expect(onceMore(failing)).rejects.toBe(error)
    expect(calls).toBe(2)
  })
})
