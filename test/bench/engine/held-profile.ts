import { compileAudiences, identifierTypes, ingest, type Ledger, newVisitor, type Plan, spill } from '@spartito/engine'
import type { EngineEvent } from './engine-events.ts'

export type Audiences = Parameters<typeof compileAudiences>[0]

export const planOf = (audiences: Audiences): Plan => ({
  version: 1,
  audiences: compileAudiences(audiences),
  identifierTypes: identifierTypes({}),
  blocked: [],
  contested: 'neither',
  anonymousMs: 180 * 86_400_000,
})

/** A profile as its object holds it: in memory what the object has there, with no storage below. What is spilled is known at once. */
export interface HeldProfile {
  /** Takes the events of one request and makes the texts that its commit stores. @returns that of the state's row */
  take(events: readonly EngineEvent[]): string
  /** Takes them without the JSON: the engine alone. */
  decide(events: readonly EngineEvent[]): void
  /** @returns a way back to what it is now, at a cost that does not grow with it */
  mark(): () => void
}

const hashLength = 11

export const holdProfile = (plan: Plan): HeldProfile => {
  let state = newVisitor({ type: 'anonymous_id', value: 'device', class: 'device' }, 'profile')
  const known = new Set<string>()
  let added: string[] = []
  const lines = new Map<number, string[]>()
  const ledger: Ledger = {
    has: (hash) => known.has(hash),
    *blocks(fragment) {
      yield { block: 1, lines: (lines.get(fragment) ?? []).join('') }
    },
  }

  const decide = (events: readonly EngineEvent[]): void => {
    const { receivedAt } = events.at(-1)!
    const input = { events: events.map(({ json }) => json), receivedAt, policy: 'opt-out', vouched: [] } as const
    const step = ingest(state, input, plan, ledger, receivedAt)
    if (step.accepted !== events.length) throw new Error(`${step.accepted} of ${events.length} events were taken`)
    for (const append of step.appends) {
      const its = lines.get(append.fragment) ?? []
      lines.set(append.fragment, its)
      its.push(append.lines)
      for (let at = 0; at < append.hashes.length; at += hashLength) {
        const hash = append.hashes.slice(at, at + hashLength)
        known.add(hash)
        added.push(hash)
      }
    }
    state = step.state
  }

  return {
    decide,
    take(events) {
      const before = state
      decide(events)
      const stored = spill(before, state)
      state = stored.state
      return stored.body
    },
    mark() {
      const marked = state
      const kept = new Map([...lines].map(([fragment, { length }]) => [fragment, length]))
      added = []
      return () => {
        state = marked
        for (const hash of added) known.delete(hash)
        added = []
        for (const [fragment, its] of lines) its.length = kept.get(fragment) ?? 0
      }
    },
  }
}
