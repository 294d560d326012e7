import { hash53 } from '../hash.ts'
import type { AudienceDefinition, Condition, TraitCondition } from './condition.ts'
import { type CountLeaf, compileCount } from './event-count.ts'

export interface TraitLeaf {
  kind: 'trait'
  key: string
  trait: string
  comparison: TraitCondition
}

export type Leaf = CountLeaf | TraitLeaf

export type Node = { kind: 'all' | 'any'; nodes: Node[] } | { kind: 'not'; node: Node } | { kind: 'leaf'; leaf: Leaf }

export interface CompiledAudience {
  id: string
  expose: boolean
  purposes: readonly string[]
  root: Node
  leaves: Leaf[]
}

/** A workspace's audiences, indexed by what can change them. */
export interface CompiledAudiences {
  byId: ReadonlyMap<string, CompiledAudience>
  exposed: readonly CompiledAudience[]
  /** counts by the name of the event that they count */
  countsByEvent: ReadonlyMap<string, readonly CountLeaf[]>
  counts: readonly CountLeaf[]
  audiencesByLeaf: ReadonlyMap<string, readonly string[]>
  audiencesByTrait: ReadonlyMap<string, readonly string[]>
  audiencesByPurpose: ReadonlyMap<string, readonly string[]>
}

/** One text for one meaning, whatever the order of keys: the same leaf in two audiences is remembered once. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )

const append = <K>(index: Map<K, string[]>, key: K, id: string): void => {
  const ids = index.get(key)
  if (!ids) index.set(key, [id])
  else if (!ids.includes(id)) ids.push(id)
}

/** Compiles validated definitions once per isolate and version of the workspace. Pure. */
export const compileAudiences = (definitions: readonly AudienceDefinition[]): CompiledAudiences => {
  const leaves = new Map<string, Leaf>()
  const byId = new Map<string, CompiledAudience>()
  const countsByEvent = new Map<string, CountLeaf[]>()
  const audiencesByLeaf = new Map<string, string[]>()
  const audiencesByTrait = new Map<string, string[]>()
  const audiencesByPurpose = new Map<string, string[]>()

  const leafOf = (condition: Condition): Leaf => {
    const key = hash53(canonical(condition))
    const known = leaves.get(key)
    if (known) return known
    const leaf: Leaf =
      'trait' in condition
        ? { kind: 'trait', key, trait: condition.trait, comparison: condition }
        : compileCount(condition as Extract<Condition, { event: string }>, key)
    leaves.set(key, leaf)
    if (leaf.kind === 'count') countsByEvent.set(leaf.event, [...(countsByEvent.get(leaf.event) ?? []), leaf])
    return leaf
  }

  const compile = (condition: Condition, used: Set<Leaf>): Node => {
    if ('all' in condition) return { kind: 'all', nodes: condition.all.map((part) => compile(part, used)) }
    if ('any' in condition) return { kind: 'any', nodes: condition.any.map((part) => compile(part, used)) }
    if ('not' in condition) return { kind: 'not', node: compile(condition.not, used) }
    const leaf = leafOf(condition)
    used.add(leaf)
    return { kind: 'leaf', leaf }
  }

  for (const { id, expose = false, purposes = [], when } of definitions) {
    const used = new Set<Leaf>()
    const root = compile(when, used)
    byId.set(id, { id, expose, purposes, root, leaves: [...used] })
    for (const leaf of used) {
      append(audiencesByLeaf, leaf.key, id)
      if (leaf.kind === 'trait') append(audiencesByTrait, leaf.trait, id)
    }
    for (const purpose of purposes) append(audiencesByPurpose, purpose, id)
  }
  return {
    byId,
    exposed: [...byId.values()].filter(({ expose }) => expose),
    countsByEvent,
    counts: [...leaves.values()].filter((leaf) => leaf.kind === 'count'),
    audiencesByLeaf,
    audiencesByTrait,
    audiencesByPurpose,
  }
}
