import type { AudienceChange } from '@spartito/protocol'
import { findDisagreements, kinds, randomScenario, type Scenario, simulate, units } from '@spartito/testkit'
import { describe, expect, test } from 'vitest'
import { hashOf } from './audience/aggregate/value-hash.ts'
import { hashShare } from './hash.ts'
import { type Alarms, runScenario } from './testing/run-scenario.ts'

/** `HISTORIES=100000 SEED=1 npx vitest run --project engine oracle` looks at more of them. */
const count = Number(process.env.HISTORIES ?? 1_000)
const firstSeed = Number(process.env.SEED ?? Date.now() % 1_000_000_000)
const hashes = { bucketOf: (salt: string, profileId: string) => hashShare(`${salt}:${profileId}`), hashOf }

describe('the engine emits what the oracle, written from the rules alone, says it must', () => {
  test.each(['punctual', 'overdue'] as Alarms[])(
    `${count} histories from seed ${firstSeed}, alarms %s`,
    (alarms) => {
      const run = (scenario: Scenario) => runScenario(scenario, alarms)
      expect(findDisagreements({ firstSeed, count, hashes, run })).toEqual([])
    },
    3_600_000,
  )
})

// Each was wrong once.
const found: [reason: string, seed: number][] = [
  [
    'CO4 a denial that comes late has a newer grant be one that only repeats: it lifts nobody else’s denial',
    367_047_443,
  ],
]
test.each(found)('%s', (_reason, seed) => {
  const run = (scenario: Scenario) => runScenario(scenario, 'punctual')
  expect(findDisagreements({ firstSeed: seed, count: 1, hashes, run })).toEqual([])
})

/** Longer than a copy of an event may come after the first, in these histories. */
const wholeUnits = 15

test(`PR1 bounding the ledger changes no change, ${count} histories from seed ${firstSeed}`, () => {
  for (const unit of units) {
    const keeping = { wholeMs: wholeUnits * unit.ms, slackMs: 0, maxBlocks: 2 }
    const run = (scenario: Scenario) => runScenario(scenario, 'punctual', keeping)
    const options = { edits: 0, withMerge: false, units: [unit] }
    expect(findDisagreements({ firstSeed, count: Math.ceil(count / 3), hashes, run, options })).toEqual([])
  }
}, 3_600_000)

const members = (changes: readonly Pick<AudienceChange, 'type' | 'audience'>[]): string[] => {
  const found = new Set<string>()
  for (const { type, audience } of changes) {
    const isEntry = type === 'audience.entered'
    if (found.has(audience) === isEntry) return [`${type} ${audience} twice`]
    if (isEntry) found.add(audience)
    else found.delete(audience)
  }
  return [...found].sort()
}

/** Where a history ends says less than each change does, so a quarter of them is enough. */
const fewer = Math.ceil(count / 4)

test(`AU5 even if new versions find old flips overdue, ${fewer} histories from seed ${firstSeed} end the same`, () => {
  // `for` measures from entries, and those of an old version are known to that alone.
  const options = { kinds: kinds.filter((kind) => kind !== 'audience') }
  for (let seed = firstSeed; seed < firstSeed + fewer; seed++) {
    const scenario = randomScenario(seed, options)
    const expected = members(simulate(scenario, hashes).changes)
    expect(members(runScenario(scenario, 'never')), `seed ${seed}`).toEqual(expected)
  }
}, 3_600_000)
