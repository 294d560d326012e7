import { type ConsentState, compareEvents, type EpochMs, type Event, eventName, type Json } from '@spartito/protocol'
import type { CompiledAudience } from '../audience/compile.ts'
import type { Condition } from '../audience/condition.ts'
import { createJudge, evaluate, isInexact } from '../audience/evaluate.ts'
import type { Evidence, Leaf } from '../audience/leaf.ts'
import type { Judgement, Proof } from '../audience/memory/memory.ts'
import { judgeNode, type Node } from '../audience/node.ts'
import { own } from '../own.ts'
import { firstSeenOf } from '../profile/merge.ts'
import { evidenceOf } from './evidence.ts'
import { readLedger } from './ledger.ts'
import type { VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** An event that a condition is about. */
export interface EventProof {
  messageId: string
  event: string
  timestamp: EpochMs
  source: string
}

/** A condition of an audience, and whether it holds. */
export type Truth = {
  holds: boolean
  /** the first instant at which time alone may change it; null when none does */
  next: EpochMs | null
} & (
  | { kind: 'all' | 'any' | 'not'; parts: Truth[] }
  | {
      kind: 'condition'
      condition: Condition
      /** what is remembered that decides it */
      evidence: Proof
      /** the newest events that it is about, as far as the ledger has them */
      events?: EventProof[]
      inexact?: true
    }
)

/** Why somebody is in an audience, or is not (SPEC AU7). */
export interface Explanation {
  audience: string
  profileId: string
  /** the workspace's version that explains */
  version: number
  now: EpochMs
  isMember: boolean
  /** since when; null when it is no member */
  since: EpochMs | null
  /** the purposes that ALL have to be consented to, and what was decided on each */
  purposes: Record<string, ConsentState>
  isAllowed: boolean
  tree: Truth
  next: EpochMs | null
  /** something that may matter had to be left out (PR2) */
  inexact?: true
  /** since when the events that it looks at are known whole (PR1); null for the empty profile */
  historySince: EpochMs | null
}

/** So many of the newest events are shown for a condition. */
const maxEvents = 5

const newestEvents = (leaf: Leaf, { fragments }: Evidence, ledger: Ledger): EventProof[] => {
  const newest: Event[] = []
  for (const { id } of fragments)
    for (const event of readLedger(ledger, id)) {
      if (!leaf.events!.matches(event)) continue
      newest.push(event)
      newest.sort((a, b) => compareEvents(b, a))
      newest.length = Math.min(newest.length, maxEvents)
    }
  return newest.map((event) => ({
    messageId: event.messageId,
    event: eventName(event),
    timestamp: event.timestamp,
    source: event.source,
  }))
}

/** What is unknown before a window begins does not matter. */
const historyOf = (
  { closure }: CompiledAudience,
  plan: Plan,
  { fragments }: Evidence,
  now: EpochMs,
): EpochMs | null => {
  const leaves = closure.flatMap((id) => plan.audiences.byId.get(id)!.leaves)
  const gaps = fragments.flatMap(({ historySince = {} }) =>
    leaves.flatMap(({ key, events }) => {
      const since = own(historySince, key)
      return since !== undefined && since > now - events!.spanMs ? [since] : []
    }),
  )
  return gaps.length > 0 ? Math.max(...gaps) : (firstSeenOf(fragments) ?? null)
}

/**
 * The tree of truths of an audience at `now`, with what holds it up and the next instant at which it may change. Pure.
 *
 * @param ledger where the newest events of each condition are found; without it they are left out
 * @returns undefined when the workspace has no such audience
 */
export const explain = (
  state: VisitorState,
  plan: Plan,
  audienceId: string,
  now: EpochMs,
  ledger?: Ledger,
): Explanation | undefined => {
  const audience = plan.audiences.byId.get(audienceId)
  if (!audience) return undefined
  const evidence = evidenceOf(state)
  const judge = createJudge(evidence, now)

  const truthOf = (node: Node): Truth => {
    const { holds, next }: Judgement = judgeNode(node, judge)
    const truth = { holds, next: next ?? null }
    if (node.kind === 'not') return { ...truth, kind: 'not', parts: [truthOf(node.node)] }
    if (node.kind !== 'leaf') return { ...truth, kind: node.kind, parts: node.nodes.map(truthOf) }
    const { leaf } = node
    return {
      ...truth,
      kind: 'condition',
      condition: leaf.condition,
      evidence: leaf.show(evidence, now) as Record<string, Json>,
      ...(leaf.events && ledger && { events: newestEvents(leaf, evidence, ledger) }),
      ...(leaf.isInexact?.(evidence, now) && { inexact: true as const }),
    }
  }

  const verdict = evaluate(audience, evidence, judge)
  const membership = own(state.memberships, audienceId)
  const stateOf = (purpose: string): ConsentState =>
    own(evidence.consent as Record<string, ConsentState>, purpose) ?? 'unknown'
  return {
    audience: audienceId,
    profileId: state.profileId,
    version: plan.version,
    now,
    isMember: membership !== undefined,
    since: membership?.since ?? null,
    purposes: Object.fromEntries(audience.purposes.map((purpose) => [purpose, stateOf(purpose)])),
    isAllowed: verdict.isAllowed,
    tree: truthOf(audience.root),
    next: verdict.next ?? null,
    ...(isInexact(audience, plan.audiences, evidence, now) && { inexact: true as const }),
    historySince: historyOf(audience, plan, evidence, now),
  }
}
