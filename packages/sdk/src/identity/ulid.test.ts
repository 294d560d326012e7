import { expect, test } from 'vitest'
import { createUlid, ulidTime } from './ulid.ts'

const zeros = (count: number): Uint8Array => new Uint8Array(count)

test('the time is the first ten characters, as in the specification', () => {
  expect(ulidTime(1_469_918_176_385)).toBe('01ARYZ6S41')
  expect(ulidTime(0)).toBe('0000000000')
  expect(ulidTime(2 ** 48 - 1)).toBe('7ZZZZZZZZZ')
})

test('an id is 26 characters of Crockford’s alphabet', () => {
  const ulid = createUlid({ now: Date.now, randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)) })
  for (let i = 0; i < 100; i++) expect(ulid()).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
})

test('every byte has its letter, each letter as often', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  let at = 0
  const randomBytes = (count: number): Uint8Array => {
    at += count
    return bytes.subarray(at - count, at)
  }
  let now = 0
  const ulid = createUlid({ now: () => ++now, randomBytes })
  const letters = Array.from({ length: 16 }, () => ulid().slice(10, 22)).join('')
  expect(new Set(letters).size).toBe(32)
})

test('a thousand ids of one millisecond ask for chance once', () => {
  let asked = 0
  const randomBytes = (count: number): Uint8Array => {
    asked++
    return zeros(count)
  }
  const ulid = createUlid({ now: () => 7, randomBytes })
  const ids = Array.from({ length: 1_000 }, ulid)
  expect(asked).toBe(1)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(1_000)
})

test.each<[when: string, times: number[]]>([
  ['in one millisecond', [5, 5, 5, 5]],
  ['while the clock runs backwards', [9, 8, 3, 1]],
  ['over a jump and back', [1, 1_000_000, 2, 3]],
])('ids ascend %s', (_when, times) => {
  let tick = 0
  const ulid = createUlid({ now: () => times[tick++]!, randomBytes: zeros })
  const ids = times.map(() => ulid())
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
