import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

test('the same seed draws the same, another seed does not', () => {
  const draws = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next)
  expect(draws(7)).toEqual(draws(7))
  expect(draws(7)).not.toEqual(draws(8))
})

test('mulberry32 draws what its reference draws', () => {
  const { next } = createRandom(1)
  expect([next(), next()].map((draw) => Math.floor(draw * 2 ** 32))).toEqual([2693262067, 11749833])
})

test('whole numbers reach both ends, evenly', () => {
  const random = createRandom(1)
  const counts = [0, 0, 0, 0]
  for (let draw = 0; draw < 4000; draw++) counts[random.int(1, 3)]!++
  expect(counts[0]).toBe(0)
  for (const count of counts.slice(1)) expect(Math.abs(count - 4000 / 3)).toBeLessThan(150)
})

test('a shuffle keeps every item', () => {
  const items = [1, 2, 3, 4, 5]
  expect(createRandom(3).shuffle(items).sort()).toEqual(items)
})
