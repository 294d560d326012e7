import type { AudienceChange } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { type Scenario, simulate } from '../oracle/simulate.ts'
import { findDisagreements } from './disagreements.ts'

const hashes = { bucketOf: () => 0.3, hashOf: String }

const agreeing = (scenario: Scenario): AudienceChange[] =>
  simulate(scenario, hashes).changes.map(({ causeIds, ...change }) => ({
    ...change,
    ...{ id: `${scenario.profileId}:${change.audience}:${change.seq}`, profileId: scenario.profileId },
    ...{ causeId: causeIds[0] ?? null, emittedAt: change.effectiveAt, identifiers: [], traits: {}, consent: {} },
  }))

test('who says the same agrees', () => {
  expect(findDisagreements({ firstSeed: 1, count: 5, hashes, run: agreeing })).toEqual([])
})

test('who omits a change, or throws, is named by its seed', () => {
  const omitting = (scenario: Scenario) => agreeing(scenario).slice(1)
  const throwing = () => {
    throw new Error('out of order')
  }
  const [first] = findDisagreements({ firstSeed: 1, count: 1, hashes, run: omitting })
  expect(first?.seed).toBe(1)
  expect(first?.differences[0]).toMatch(/^seq has gaps/)
  const thrown = findDisagreements({ firstSeed: 3, count: 9, hashes, run: throwing, atMost: 2 })
  expect(thrown).toEqual([3, 4].map((seed) => ({ seed, differences: ['Error: out of order'] })))
})
