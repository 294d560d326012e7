import type { Event } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { tryRules } from './dry-run.ts'
import { compilePlan } from './plan/compile-plan.ts'
import type { TrackingPlan } from './plan/tracking-plan.ts'
import type { Rules } from './run-rules.ts'
import { compileTransform } from './transform/compile-steps.ts'
import type { Step } from './transform/step.ts'
import { ports, track } from './transform/testing.ts'

const rules = (steps: Step[], plan?: TrackingPlan, collect: string[] = []): Rules => ({
  source: { id: 'web', collect },
  sourcesById: new Map(),
  transform: compileTransform([{ sources: ['web'], steps }], 'web'),
  checkPlan: compilePlan(plan),
})
const came = (...events: Partial<Event>[]): string[] => events.map((more) => JSON.stringify(track(more)))

test('AD a dry run counts what becomes of events, with examples of each', () => {
  const plan: TrackingPlan = {
    onViolation: 'quarantine',
    events: { Bought: { properties: { n: { type: 'number' } } } },
  }
  const steps: Step[] = [{ renameEvent: { Old: 'New' } }, { dropEvent: true, when: { event: 'Noise' } }]
  const events = came(
    {},
    { event: 'Old' },
    { event: 'Noise' },
    { event: 'Bought', properties: { n: 'x' } },
    { event: 'Old' },
  )
  const trial = tryRules(events, rules(steps, plan), rules([]), ports)
  expect(trial).toMatchObject({
    events: 5,
    passed: 1,
    changed: 2,
    dropped: 1,
    rejected: {},
    quarantined: { schema_violation: 1 },
    differs: 4,
    examples: {
      changed: [{ event: { event: 'Old' }, becomes: { event: 'New' }, now: { event: 'Old' } }, {}],
      dropped: [{ event: { event: 'Noise' }, becomes: { code: 'filtered' }, now: { event: 'Noise' } }],
      quarantined: [{ event: { event: 'Bought' }, becomes: { code: 'schema_violation' } }],
      rejected: [],
    },
  })
})

test('AD what the rules of now make as well does not differ, and of each three are shown', () => {
  const same = rules([{ drop: 'properties.a' }])
  const events = came(...Array.from({ length: 5 }, () => ({ properties: { a: 1 } })))
  const trial = tryRules(events, same, same, ports)
  expect(trial).toMatchObject({ changed: 5, differs: 0 })
  expect(trial.examples.changed).toHaveLength(3)
  expect(trial.examples.changed[0]).not.toHaveProperty('now')
})

test('AD what needs consent is told apart', () => {
  expect(tryRules(came({}), rules([], undefined, ['analytics']), undefined, ports)).toMatchObject({
    rejected: { consent_denied: 1 },
    differs: 0,
  })
})

test('TR12 what nobody consented to is refused by that, whatever step fails', () => {
  const failing = rules([{ cast: { 'properties.a': 'number' } }], undefined, ['analytics'])
  expect(tryRules(came({ properties: { a: 'x' } }), failing, undefined, ports)).toMatchObject({
    rejected: { consent_denied: 1 },
    quarantined: {},
  })
})
