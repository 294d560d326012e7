import type { EpochMs } from '@spartito/protocol'
import { compileLeaf } from './compile-leaf.ts'
import type { Condition } from './condition.ts'
import type { Leaf } from './leaf.ts'
import type { Judgement } from './memory/memory.ts'

/** A condition, compiled. */
export type Node =
  | { kind: 'all' | 'any'; nodes: readonly Node[] }
  | { kind: 'not'; node: Node }
  | { kind: 'leaf'; leaf: Leaf }

/** @param leafOf gives the one leaf of a condition, compiled once */
export const compileNode = (condition: Condition, leafOf: (compiled: Leaf) => Leaf): Node => {
  const inner = (part: Condition): Node => compileNode(part, leafOf)
  if ('all' in condition) return { kind: 'all', nodes: condition.all.map(inner) }
  if ('any' in condition) return { kind: 'any', nodes: condition.any.map(inner) }
  if ('not' in condition) return { kind: 'not', node: inner(condition.not) }
  if ('notPerformed' in condition) {
    const { notPerformed, ...rest } = condition
    return { kind: 'not', node: inner({ event: notPerformed, ...rest }) }
  }
  return { kind: 'leaf', leaf: leafOf(compileLeaf(condition)) }
}

/** What a node says of somebody who has done nothing; undefined when that depends. */
export const atBirth = (node: Node): boolean | undefined => {
  switch (node.kind) {
    case 'leaf':
      return node.leaf.atBirth
    case 'not': {
      const inner = atBirth(node.node)
      return inner === undefined ? undefined : !inner
    }
    case 'all':
    case 'any': {
      const decisive = node.kind === 'any'
      const parts = node.nodes.map(atBirth)
      if (parts.includes(decisive)) return decisive
      return parts.includes(undefined) ? undefined : !decisive
    }
  }
}

/**
 * Whether a node holds, and when time alone may change that. An `all` that is false can only turn once each part that is
 * false has turned, so its next instant is the latest of theirs; `any` the other way round.
 */
export const judgeNode = (node: Node, judge: (leaf: Leaf) => Judgement): Judgement => {
  switch (node.kind) {
    case 'leaf':
      return judge(node.leaf)
    case 'not': {
      const inner = judgeNode(node.node, judge)
      return { holds: !inner.holds, next: inner.next }
    }
    case 'all':
    case 'any':
      return judgeParts(node.nodes, node.kind === 'any', judge)
  }
}

/** @param decisive the truth of one part that settles the whole: true for `any`, false for `all` */
const judgeParts = (nodes: readonly Node[], decisive: boolean, judge: (leaf: Leaf) => Judgement): Judgement => {
  let isSettled = false
  let soonest = Number.POSITIVE_INFINITY
  let latest: EpochMs = Number.NEGATIVE_INFINITY
  for (const node of nodes) {
    const { holds, next = Number.POSITIVE_INFINITY } = judgeNode(node, judge)
    if (holds !== decisive) soonest = Math.min(soonest, next)
    else {
      isSettled = true
      latest = Math.max(latest, next)
      if (latest === Number.POSITIVE_INFINITY) break
    }
  }
  const next = isSettled ? latest : soonest
  return { holds: isSettled === decisive, next: next === Number.POSITIVE_INFINITY ? undefined : next }
}
