import type { AudienceChange, ConsentPolicy, EpochMs, Event } from '@spartito/protocol'
import { compileAudiences } from '../audience/compile.ts'
import type { AudienceDefinition } from '../audience/condition.ts'
import { identifierTypes } from '../identity/identifiers-of.ts'
import { adoptPage, basesOf } from '../visitor/adopt.ts'
import { catchUp } from '../visitor/catch-up.ts'
import { newClaim } from '../visitor/claim.ts'
import { nextFlipOf } from '../visitor/decide-audiences.ts'
import { expire } from '../visitor/expire.ts'
import { type Ingested, ingest } from '../visitor/ingest.ts'
import type { Keeping } from '../visitor/keeping.ts'
import { readLedger } from '../visitor/ledger.ts'
import { prune } from '../visitor/prune.ts'
import type { SpillLimits } from '../visitor/spill.ts'
import { newVisitor, type VisitorState } from '../visitor/state.ts'
import type { Ledger, Plan } from '../visitor/step.ts'
import { day } from './events.ts'
import { createMemoryStore } from './memory-store.ts'

export const planOf = (audiences: readonly AudienceDefinition[], version = 1): Plan => ({
  version,
  audiences: compileAudiences(audiences),
  identifierTypes: identifierTypes({ identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] }),
  blocked: [],
  contested: 'neither',
  anonymousMs: 180 * day,
})

/** A Visitor object without a host: it keeps in memory what the real one stores. */
export const createVisitor = (
  audiences: readonly AudienceDefinition[] | Plan,
  anonymousId = 'a',
  limits?: SpillLimits,
) => {
  let plan = 'version' in audiences ? audiences : planOf(audiences)
  let state: VisitorState = newVisitor(
    { type: 'anonymous_id', value: anonymousId, class: 'device' },
    `p-${anonymousId}`,
  )
  const { ledger, commit, rows } = createMemoryStore(limits)

  return {
    ledger,
    /** the rows of what has left the state's own */
    rows,
    get state() {
      return state
    },
    get plan() {
      return plan
    },
    /** ids of the audiences that it is in, sorted */
    get audiences() {
      return Object.keys(state.memberships).sort()
    },
    get nextFlip() {
      return nextFlipOf(state)
    },
    /** sends events in one request, received with the newest */
    send(events: readonly Event[], policy: ConsentPolicy = 'opt-out'): Ingested {
      const receivedAt = Math.max(...events.map((event) => event.receivedAt))
      const input = {
        events: events.map((event) => JSON.stringify(event)),
        receivedAt,
        policy,
        vouched: 'all',
      } as const
      const step = ingest(this.state, input, plan, ledger, receivedAt)
      state = commit(step)
      return step
    },
    /** the alarm, at whatever time it fires */
    wake(now: EpochMs): AudienceChange[] {
      const step = catchUp(this.state, plan, ledger, now, now)
      state = commit(step)
      return step.changes
    },
    /** bounds the ledger, as the alarm does */
    prune(now: EpochMs, keeping?: Keeping): void {
      // The lake has what was sent.
      const step = prune({ ...this.state, forwarded: state.commit }, plan, ledger, now, keeping)
      state = commit(step)
    },
    /** ends the profile if that is due, as the alarm does; the lake has what was sent */
    expire(now: EpochMs): AudienceChange[] {
      const step = expire({ ...this.state, forwarded: state.commit }, plan, now)
      state = commit(step)
      return step.changes
    },
    /** puts back a state as it was stored */
    restore(stored: VisitorState): void {
      state = commit({ state: stored })
    },
    publish(definitions: readonly AudienceDefinition[]): void {
      plan = planOf(definitions, plan.version + 1)
    },
    /** takes in all that another visitor has, as a merge does */
    merge(other: { state: VisitorState; ledger: Ledger }, now: EpochMs): AudienceChange[] {
      const claim = {
        ...newClaim(state.self, other.state.self, { verified: true, at: now, session: { id: null, at: now } }, now),
        step: 'pulling' as const,
      }
      state = { ...state, claims: { moved: claim } }
      const { fragments } = other.state
      const blocks = fragments.map(({ id, identifier }) => ({
        fragment: id,
        identifier,
        events: [...readLedger(other.ledger, id)].map((event) => JSON.stringify(event)),
      }))
      const bases = basesOf(fragments)
      const page = { mergeId: claim.mergeId, cursor: 0, next: null, ...(bases && { bases }), blocks }
      const step = adoptPage(this.state, 'moved', page, plan, ledger, now)
      state = commit(step)
      return step.changes
    },
  }
}
