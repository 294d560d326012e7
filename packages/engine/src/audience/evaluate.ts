import { decide, type EpochMs } from '@spartito/protocol'
import type { CompiledAudience, CompiledAudiences } from './compile.ts'
import type { Evidence, Leaf } from './leaf.ts'
import type { Judgement } from './memory/memory.ts'
import { judgeNode } from './node.ts'

export interface Verdict {
  isMember: boolean
  /** whether consent allows the audience at all (CO2: ALL of its purposes) */
  isAllowed: boolean
  /** the first instant after now at which time alone may change it: never too late, at times too early */
  next: EpochMs | undefined
}

/** Judges leaves on the same evidence at the same instant, each once however many audiences ask. */
export const createJudge = (evidence: Evidence, now: EpochMs): ((leaf: Leaf) => Judgement) => {
  const known = new Map<Leaf, Judgement>()
  return (leaf) => {
    if (leaf.audience !== undefined) return leaf.judge(evidence, now)
    let judgement = known.get(leaf)
    if (!judgement) {
      judgement = leaf.judge(evidence, now)
      known.set(leaf, judgement)
    }
    return judgement
  }
}

/**
 * Whether somebody is in an audience: the condition holds and ALL its purposes are consented to. The audiences that it
 * depends on are taken from the evidence.
 */
export const evaluate = (audience: CompiledAudience, evidence: Evidence, judge: (leaf: Leaf) => Judgement): Verdict => {
  const isAllowed =
    audience.purposes.length === 0 || decide(audience.purposes, evidence.consent, evidence.policy) === 'granted'
  // Time gives no consent.
  if (!isAllowed) return { isAllowed, isMember: false, next: undefined }
  const { holds, next } = judgeNode(audience.root, judge)
  return { isAllowed, isMember: holds, next }
}

/** Whether something that may matter to an audience, or to one that it depends on, had to be left out (PR2). */
export const isInexact = (
  { closure }: CompiledAudience,
  { byId }: CompiledAudiences,
  evidence: Evidence,
  now: EpochMs,
): boolean => closure.some((id) => byId.get(id)!.leaves.some((leaf) => leaf.isInexact?.(evidence, now) ?? false))
