import type { AudienceChange } from '@spartito/protocol'
import type { Scenario } from '@spartito/testkit'
import { compileAudiences } from '../audience/compile.ts'
import type { AudienceDefinition } from '../audience/condition.ts'
import { identifierTypes } from '../identity/identifiers-of.ts'
import { catchUp } from '../visitor/catch-up.ts'
import { nextFlipOf } from '../visitor/decide-audiences.ts'
import { ingest } from '../visitor/ingest.ts'
import { parseLedger } from '../visitor/ledger.ts'
import { newVisitor, type VisitorState } from '../visitor/state.ts'
import type { Ledger, LedgerAppend, Plan } from '../visitor/step.ts'

/**
 * When alarms fire: each at its instant; only before a new version, so that whatever else comes finds them overdue; or
 * never, so that a new version decides what was planned by the old one.
 */
export type Alarms = 'punctual' | 'overdue' | 'never'

const planOf = (
  audiences: readonly AudienceDefinition[],
  version: number,
  types: Scenario['identifierTypes'],
): Plan => {
  const identifiers = types.map(({ type, from }) => ({ type, class: 'contact' as const, from }))
  return {
    version,
    audiences: compileAudiences(audiences),
    identifierTypes: identifierTypes({ identifiers }),
    blocked: [],
  }
}

/** Carries one profile through a scenario as its object would, and gives the changes that it emits. */
export const runScenario = (scenario: Scenario, alarms: Alarms): AudienceChange[] => {
  const hashes = new Set<string>()
  const lines = new Map<number, string>()
  const ledger: Ledger = {
    has: (hash) => hashes.has(hash),
    read: (fragment) => parseLedger(lines.get(fragment) ?? '').map(({ json }) => json),
  }
  const emitted: AudienceChange[] = []
  const self = { type: 'anonymous_id', value: 'a', class: 'device' } as const
  let state: VisitorState = { ...newVisitor(self, scenario.profileId), policy: scenario.policy }
  let plan = planOf([], 0, scenario.identifierTypes)

  const take = (step: { state: VisitorState; changes: AudienceChange[]; appends?: LedgerAppend[] }): void => {
    for (const append of step.appends ?? []) {
      lines.set(append.fragment, (lines.get(append.fragment) ?? '') + append.lines)
      for (let place = 0; place < append.hashes.length; place += 11) hashes.add(append.hashes.slice(place, place + 11))
    }
    emitted.push(...step.changes)
    // What is stored comes back as JSON.
    state = JSON.parse(JSON.stringify(step.state)) as VisitorState
  }
  const passTime = (until: number): void => {
    if (alarms !== 'punctual') return
    for (let at = nextFlipOf(state); at !== undefined && at <= until; at = nextFlipOf(state))
      take(catchUp(state, plan, ledger, at, at))
  }

  for (const input of scenario.inputs) {
    passTime(input.at)
    switch (input.kind) {
      case 'definition':
        if (alarms === 'overdue') take(catchUp(state, plan, ledger, Math.max(state.now, input.at), input.at))
        plan = planOf(input.audiences as readonly AudienceDefinition[], input.version, scenario.identifierTypes)
        take(catchUp(state, plan, ledger, Math.max(state.now, input.at), input.at))
        break
      case 'request': {
        const events = input.events.map((event) =>
          JSON.stringify(input.imported ? { ...event, imported: true } : event),
        )
        take(
          ingest(
            state,
            { events, receivedAt: input.at, policy: scenario.policy, verified: true },
            plan,
            ledger,
            input.at,
          ),
        )
        break
      }
      default:
        throw new Error(`this harness does not carry ${input.kind}`)
    }
  }
  passTime(scenario.until)
  take(catchUp(state, plan, ledger, Math.max(state.now, scenario.until), scenario.until))
  return emitted
}
