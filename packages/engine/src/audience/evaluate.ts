import { type ConsentPolicy, decide, type EpochMs } from '@spartito/protocol'
import { consentOf, type Fragment, traitOf } from '../profile/fragment.ts'
import { compare } from './compare.ts'
import type { CompiledAudience, Leaf, Node } from './compile.ts'
import { type CountLeaf, type CountMemory, countFlip, countHolds, emptyCount, joinCounts } from './event-count.ts'

/** What a condition is evaluated on: a profile's fragments, or only those of one device (ID11). */
export interface Evidence {
  fragments: readonly Fragment[]
  policy: ConsentPolicy
}

const countMemory = (leaf: CountLeaf, { fragments }: Evidence): CountMemory => {
  const memories: CountMemory[] = []
  for (const { memory } of fragments) if (Object.hasOwn(memory, leaf.key)) memories.push(memory[leaf.key]!)
  return memories.length === 0 ? emptyCount : joinCounts(memories, leaf)
}

const leafHolds = (leaf: Leaf, evidence: Evidence, now: EpochMs): boolean => {
  switch (leaf.kind) {
    case 'count':
      return countHolds(leaf, countMemory(leaf, evidence), now)
    case 'trait':
      return compare(traitOf(evidence.fragments, leaf.trait)?.value, leaf.comparison)
  }
}

const nodeHolds = (node: Node, evidence: Evidence, now: EpochMs): boolean => {
  switch (node.kind) {
    case 'all':
      return node.nodes.every((part) => nodeHolds(part, evidence, now))
    case 'any':
      return node.nodes.some((part) => nodeHolds(part, evidence, now))
    case 'not':
      return !nodeHolds(node.node, evidence, now)
    case 'leaf':
      return leafHolds(node.leaf, evidence, now)
  }
}

export interface Verdict {
  isMember: boolean
  /** whether consent allows the audience at all (CO2: ALL of its purposes) */
  isAllowed: boolean
}

/** Whether somebody is in an audience at `now`: the condition holds and ALL its purposes are consented to. Pure. */
export const evaluate = (audience: CompiledAudience, evidence: Evidence, now: EpochMs): Verdict => {
  const isAllowed =
    audience.purposes.length === 0 ||
    decide(audience.purposes, consentOf(evidence.fragments), evidence.policy) === 'granted'
  return { isAllowed, isMember: isAllowed && nodeHolds(audience.root, evidence, now) }
}

/** The first instant after `now` at which time alone may change the answer: never too late, at times too early. */
export const nextFlip = (audience: CompiledAudience, evidence: Evidence, now: EpochMs): EpochMs | undefined => {
  let next: EpochMs | undefined
  for (const leaf of audience.leaves) {
    if (leaf.kind !== 'count') continue
    const flip = countFlip(leaf, countMemory(leaf, evidence), now)
    if (flip !== undefined && (next === undefined || flip < next)) next = flip
  }
  return next
}
