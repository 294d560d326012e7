import { type AudienceChange, type Event, identifierKey } from '@spartito/protocol'
import type { Scenario } from '@spartito/testkit'
import { compileAudiences } from '../audience/compile.ts'
import type { AudienceDefinition } from '../audience/condition.ts'
import { identifiersOf, identifierTypes } from '../identity/identifiers-of.ts'
import { adoptPage } from '../visitor/adopt.ts'
import { catchUp } from '../visitor/catch-up.ts'
import { newClaim } from '../visitor/claim.ts'
import { nextFlipOf } from '../visitor/decide-audiences.ts'
import { ingest } from '../visitor/ingest.ts'
import type { Keeping } from '../visitor/keeping.ts'
import { sealedBlockSize } from '../visitor/ledger.ts'
import { prune } from '../visitor/prune.ts'
import { newVisitor, type VisitorState } from '../visitor/state.ts'
import type { Plan, Step } from '../visitor/step.ts'
import { takeReply } from '../visitor/take-reply.ts'
import { createMemoryStore } from './memory-store.ts'

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
    contested: 'neither',
    anonymousMs: Number.POSITIVE_INFINITY,
  }
}

/**
 * Carries one profile through a scenario as its object would, and gives the changes that it emits.
 *
 * @param keeping bounds the ledger after every input
 */
export const runScenario = (scenario: Scenario, alarms: Alarms, keeping?: Keeping): AudienceChange[] => {
  // Nearly everything is spilled, so that what lies in rows of its own decides as well.
  const { ledger, commit } = createMemoryStore({ values: 3, newestEntries: 0, stateBytes: 256 * 1024 })
  const emitted: AudienceChange[] = []
  const self = { type: 'anonymous_id', value: 'a', class: 'device' } as const
  let state: VisitorState = { ...newVisitor(self, scenario.profileId), policy: scenario.policy }
  let plan = planOf([], 0, scenario.identifierTypes)

  const take = (step: Partial<Step> & Pick<Step, 'state' | 'changes'>): void => {
    emitted.push(...step.changes)
    state = commit(step)
  }
  const passTime = (until: number): void => {
    if (alarms !== 'punctual') return
    for (let at = nextFlipOf(state); at !== undefined && at <= until; at = nextFlipOf(state))
      take(catchUp(state, plan, ledger, at, at))
  }
  /** Another profile joins in two pages, with a fragment for each of its devices. */
  const merge = (mergeId: string, events: readonly Event[], at: number): void => {
    const other = { type: 'anonymous_id', value: 'c', class: 'device' } as const
    const key = identifierKey(other)
    state = {
      ...state,
      claims: {
        [key]: { ...newClaim(state.self, other, { verified: true, at, session: { id: null, at } }, at), mergeId },
      },
    }
    const seen = { verified: true, firstSeen: at, lastSeen: at }
    const identifiers = events
      .flatMap((event) => identifiersOf(event, plan.identifierTypes, []).identifiers)
      .map((identifier) => ({ ...identifier, ...seen }))
    // What is overdue was so before the other's identifiers came.
    take(takeReply(state, key, { kind: 'joined', identifiers, hasEvents: true }, plan, ledger, at))
    const byDevice = [...Map.groupBy(events, ({ anonymousId }) => anonymousId!)]
    for (const cursor of [0, 1]) {
      const blocks = byDevice.map(([value, its], index) => ({
        fragment: index + 1,
        identifier: { type: 'anonymous_id', value },
        events: its.filter((_, at) => at % 2 === cursor).map((event) => JSON.stringify(event)),
      }))
      take(adoptPage(state, key, { mergeId, cursor, next: cursor === 0 ? 1 : null, blocks }, plan, ledger, at))
    }
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
          JSON.stringify({ ...event, ...(input.imported && { imported: true }) }),
        )
        const request = { events, receivedAt: input.at, policy: scenario.policy, vouched: 'all' } as const
        take(ingest(state, request, plan, ledger, input.at))
        break
      }
      case 'merge':
        merge(input.mergeId, input.events, input.at)
    }
    if (keeping) {
      // Each request has a block of its own, so that some are old enough.
      const fragments = state.fragments.map((fragment) => ({ ...fragment, blockSize: sealedBlockSize }))
      take(
        prune({ ...state, fragments, forwarded: state.commit }, plan, ledger, Math.max(state.now, input.at), keeping),
      )
    }
  }
  passTime(scenario.until)
  take(catchUp(state, plan, ledger, Math.max(state.now, scenario.until), scenario.until))
  return emitted
}
