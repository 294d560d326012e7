import type { AudienceChange } from '@spartito/protocol'
import { compareChanges } from '../oracle/compare-changes.ts'
import type { Hashes } from '../oracle/profile.ts'
import { type Scenario, simulate } from '../oracle/simulate.ts'
import { randomScenario, type ScenarioOptions } from './scenario.ts'

export interface Disagreement {
  seed: number
  /** a sentence each; what was thrown, if something was */
  differences: string[]
}

export interface Trial {
  firstSeed: number
  count: number
  options?: ScenarioOptions
  hashes: Hashes
  /** what is tried: the changes that it emits for a scenario, until its end */
  run: (scenario: Scenario) => readonly AudienceChange[]
  /** ends after so many; default 5 */
  atMost?: number
}

/** Runs random scenarios through an engine and through the oracle, and returns the seeds where they differ. */
export const findDisagreements = ({ firstSeed, count, options, hashes, run, atMost = 5 }: Trial): Disagreement[] => {
  const found: Disagreement[] = []
  for (let seed = firstSeed; seed < firstSeed + count && found.length < atMost; seed++) {
    const scenario = randomScenario(seed, options)
    const { changes } = simulate(scenario, hashes)
    let differences: string[]
    try {
      differences = compareChanges(scenario.profileId, changes, run(scenario))
    } catch (error) {
      differences = [String(error)]
    }
    if (differences.length > 0) found.push({ seed, differences })
  }
  return found
}
