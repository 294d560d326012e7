import { expect, test } from 'vitest'
import { day, hour, noon } from '../testing/events.ts'
import { isTripped, type ShownWith, showWith } from './breaker.ts'

const after = (...shown: [person: string, at: number][]): boolean =>
  isTripped(shown.reduce<ShownWith>((known, [value, at]) => showWith(known, { type: 'user_id', value }, noon + at), {}))
const persons = (count: number, stepMs: number): [string, number][] =>
  Array.from({ length: count }, (_, n) => [`u${n}`, n * stepMs])

test.each<[rule: string, shown: [string, number][], tripped: boolean]>([
  ['ID3 ten persons in a day are a family', persons(10, hour), false],
  ['ID3 eleven are nobody', persons(11, hour), true],
  ['ID3 eleven over more than a day are not counted together', persons(11, 2.41 * hour), false],
  ['ID3 one person a hundred times is one', Array.from({ length: 100 }, (_, n) => ['A', n]), false],
  ['ID3 who was shown exactly a day ago is out', [...persons(10, 0), ['late', day]], false],
])('%s', (_rule, shown, tripped) => {
  expect(after(...shown)).toBe(tripped)
})

test('ID3 what is remembered is bounded', () => {
  let known: ShownWith = {}
  for (let n = 0; n < 1_000; n++) known = showWith(known, { type: 'user_id', value: `u${n}` }, noon + n)
  expect(Object.keys(known).length).toBeLessThanOrEqual(11)
})
