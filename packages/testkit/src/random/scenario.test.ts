import { expect, test } from 'vitest'
import { startOfDay } from '../oracle/calendar.ts'
import type { Condition } from '../oracle/condition.ts'
import { type Scenario, simulate } from '../oracle/simulate.ts'
import { type Kind, kinds } from './condition.ts'
import { describeScenario, randomScenario, type ScenarioOptions } from './scenario.ts'
import type { Unit } from './vocabulary.ts'

const hashes = { bucketOf: (salt: string) => (salt === 'exp1' ? 0.3 : 0.7), hashOf: String }
const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed)

const flips = (scenario: Scenario): string[] =>
  simulate(scenario, hashes).changes.map(
    ({ type, audience, cause, effectiveAt }) => `${type} ${audience} ${cause} ${effectiveAt}`,
  )

const mapRequests = (scenario: Scenario, change: (events: never[]) => readonly object[]): Scenario => ({
  ...scenario,
  inputs: scenario.inputs.map((input) =>
    input.kind === 'request' ? { ...input, events: change(input.events as never[]) as typeof input.events } : input,
  ),
})

test('the same seed gives the same scenario, printed with the seed', () => {
  expect(randomScenario(5)).toEqual(randomScenario(5))
  expect(describeScenario(5)).toMatch(/^seed 5\n{/)
  expect(JSON.parse(describeScenario(5).slice(7))).toEqual(randomScenario(5))
})

/** So short that a test can look at every millisecond, across a midnight. */
const instant: Unit = { ms: 4, text: (count) => `PT0.${String(count * 4).padStart(3, '0')}S` }
const starts = ['2026-03-30', '2026-06-01'].map((date) => startOfDay(date, 'Europe/Rome') - 40)

const measured: ScenarioOptions = { kinds: ['audience', 'hasBeenFor', 'recency', 'seen', 'count'] }

test.each(seeds(40))('AU2 no flip lies between the instants that the oracle looks at: seed %d', (seed) => {
  const options = seed % 2 === 0 ? {} : measured
  const scenario = randomScenario(seed, { ...options, units: [instant], starts })
  const everyMs = (_1: unknown, _2: unknown, _3: unknown, after: number, upTo: number) =>
    Array.from({ length: upTo - after }, (_, index) => after + 1 + index)
  const naive = simulate(scenario, hashes)
  expect(naive.changes).toEqual(simulate(scenario, hashes, everyMs).changes)
})

test.each(seeds(40))('WI9, AU4 order within a request and copies change nothing: seed %d', (seed) => {
  const scenario = randomScenario(seed)
  expect(flips(mapRequests(scenario, (events) => events.toReversed()))).toEqual(flips(scenario))
  expect(flips(mapRequests(scenario, (events) => [...events, ...events]))).toEqual(flips(scenario))
})

const timeless = kinds.filter((kind) => kind !== 'audience')

test.each(seeds(40))('AU4 late, repeated and reordered events end where ordered ones do: seed %d', (seed) => {
  const scenario = randomScenario(seed, { kinds: timeless, edits: 0, withMerge: false })
  const { history, profile } = simulate(scenario, hashes)
  const at = Math.max(...scenario.inputs.map((input) => input.at))
  const definitions = scenario.inputs.filter((input) => input.kind === 'definition')
  const atOnce: Scenario = { ...scenario, inputs: [...definitions, { kind: 'request', at, events: history }] }
  const ordered = simulate(atOnce, hashes).profile
  expect([...ordered.memberships.keys()].sort()).toEqual([...profile.memberships.keys()].sort())
  expect(ordered.consent).toEqual(profile.consent)
})

test.each(seeds(40))('AU6 entries and exits alternate, in time, numbered without gaps: seed %d', (seed) => {
  const { changes, profile } = simulate(randomScenario(seed), hashes)
  const members = new Set<string>()
  for (const [index, change] of changes.entries()) {
    expect(change.seq).toBe(index + 1)
    expect(change.effectiveAt).toBeGreaterThanOrEqual(changes[index - 1]?.effectiveAt ?? 0)
    expect(members.has(change.audience)).toBe(change.type === 'audience.exited')
    if (change.type === 'audience.entered') members.add(change.audience)
    else members.delete(change.audience)
  }
  expect([...members].sort()).toEqual([...profile.memberships.keys()].sort())
})

const kindOf = (condition: Condition): Kind => {
  if ('agg' in condition) return 'agg'
  if ('event' in condition) return 'count'
  if ('firstSeen' in condition || 'lastSeen' in condition) return 'seen'
  if ('hasBeenFor' in condition) return 'hasBeenFor'
  return Object.keys(condition).find((key): key is Kind => (kinds as readonly string[]).includes(key))!
}

test('random truths change: every kind of condition enters and exits, and by time where it can', () => {
  const found = new Set<string>()
  const causes = new Set<string>()
  let count = 0
  for (const seed of seeds(150)) {
    const scenario = randomScenario(seed)
    const definitions = scenario.inputs.filter((input) => input.kind === 'definition')
    for (const { audience, type, cause, version } of simulate(scenario, hashes).changes) {
      const current = definitions.find((definition) => definition.version === version)
      const when = current?.audiences.find(({ id }) => id === audience)?.when
      count++
      causes.add(cause)
      if (when) found.add(`${kindOf(when)} ${type === 'audience.entered' ? 'enters' : 'exits'}`)
      if (when && cause === 'time') found.add(`${kindOf(when)} by time`)
    }
  }
  const still: readonly Kind[] = ['trait', 'identifier', 'consent', 'touch', 'bucket']
  const missing = kinds
    .flatMap((kind) => [`${kind} enters`, `${kind} exits`, ...(still.includes(kind) ? [] : [`${kind} by time`])])
    .filter((what) => !found.has(what))
  expect(missing).toEqual([])
  expect([...causes].sort()).toEqual(['consent', 'definition', 'event', 'import', 'merge', 'time'])
  expect(count / 150).toBeGreaterThan(5)
})
