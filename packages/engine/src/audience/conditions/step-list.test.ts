import { createRandom } from '@spartito/testkit'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../memory/memory.ts'
import { type Candidate, latestStart } from './latest-start.ts'
import { always, insertStep, latestChain, type StepList } from './step-list.ts'

const forever = { minMs: 1, maxMs: Number.POSITIVE_INFINITY }

/** The first difference between what a list knows after each entry and what a look at all of them finds. */
const firstDifference = (seed: number): string | undefined => {
  const random = createRandom(seed)
  const gaps = Array.from({ length: random.int(1, 2) }, () =>
    random.chance(0.5) ? forever : { minMs: random.int(1, 3), maxMs: random.int(3, 40) },
  )
  const size = random.pick([20, 20, 20, 700])
  const hasBars = random.chance(0.3)
  const lastStepIsRare = random.chance(0.5)
  let list: StepList | undefined
  const all: Entry[] = []
  let newest = 0
  for (let n = 0; n < size; n++) {
    newest += random.int(0, 2)
    const at = random.chance(0.9) ? newest : random.int(0, newest)
    const step = lastStepIsRare && random.chance(0.9) ? random.int(0, gaps.length - 1) : random.int(0, gaps.length)
    const bar = hasBars && random.chance(0.1) ? 1 << (gaps.length + 1) : 0
    const entry: Entry = [at, (1 << step) | (random.chance(0.1) ? 1 : 0) | bar]
    all.push(entry)
    list = insertStep(list, entry, gaps)
    if (size > 100 && n % 50 > 1) continue
    const sorted = all.toSorted((a, b) => a[0] - b[0]) as unknown as Candidate[]
    const expected = latestStart(sorted, gaps)
    const found = latestChain([list], gaps, always)
    if (found !== expected) return `seed ${seed}, after ${n + 1} entries: ${found} instead of ${expected}`
  }
  return undefined
}

describe('AU a sequence is known with its list', () => {
  test('300 random lists know after each entry what a look at all of it finds', () => {
    const firstSeed = Date.now() % 1_000_000
    const differences = Array.from({ length: 300 }, (_, n) => firstDifference(firstSeed + n))
    expect(differences.filter((difference) => difference !== undefined)).toEqual([])
  })
})
