export { createFakeClock, type FakeClock } from './make/clock.ts'
export { correctedTime } from './make/corrected-time.ts'
export { consent, identify, makeEvent, noon, track } from './make/event.ts'
export { makeProfile } from './make/profile.ts'
export { compareChanges } from './oracle/compare-changes.ts'
export type { Audience, Calendar, Condition, Operators, Predicate, Score, Window } from './oracle/condition.ts'
export { type History, type Recorded, record } from './oracle/history.ts'
export { holds } from './oracle/holds.ts'
export { inOrderOfDependence, type Memberships, membershipsAt } from './oracle/memberships.ts'
export {
  campaignOf,
  consentOf,
  type Hashes,
  hasIdentifier,
  type NameSummary,
  type Profile,
  summaryOf,
  traitsOf,
} from './oracle/profile.ts'
export { type ExpectedChange, type Input, type Outcome, type Scenario, simulate } from './oracle/simulate.ts'
export { type Kind, kinds } from './random/condition.ts'
export { type Disagreement, findDisagreements } from './random/disagreements.ts'
export { createRandom, type Random } from './random/random.ts'
export { describeScenario, randomScenario, type ScenarioOptions } from './random/scenario.ts'
export { type Unit, units } from './random/vocabulary.ts'
