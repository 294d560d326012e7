import { findDisagreements } from '@spartito/testkit'
import { describe, expect, test } from 'vitest'
import { hashShare } from './hash.ts'
import { type Alarms, runScenario } from './testing/run-scenario.ts'

/** `HISTORIES=100000 SEED=1 npx vitest run --project engine oracle` looks at more of them. */
const count = Number(process.env.HISTORIES ?? 1_000)
const firstSeed = Number(process.env.SEED ?? Date.now() % 1_000_000_000)
const bucketOf = (salt: string, profileId: string): number => hashShare(`${salt}:${profileId}`)

describe('the engine emits what the oracle, written from the rules alone, says it must', () => {
  test.each(['punctual', 'never'] as Alarms[])(
    `${count} histories from seed ${firstSeed}, alarms %s`,
    (alarms) => {
      const run = (scenario: Parameters<typeof runScenario>[0]) => runScenario(scenario, alarms)
      expect(findDisagreements({ firstSeed, count, bucketOf, run })).toEqual([])
    },
    3_600_000,
  )
})
