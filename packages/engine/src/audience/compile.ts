import type { AudienceDefinition } from './condition.ts'
import { type EventIndex, indexEvents } from './event-index.ts'
import type { Input, Leaf } from './leaf.ts'
import { atBirth, compileNode, type Node } from './node.ts'
import { orderByDependency } from './order.ts'
import { type Retention, retentionsOf } from './retention.ts'

export interface CompiledAudience {
  id: string
  expose: boolean
  purposes: readonly string[]
  root: Node
  leaves: readonly Leaf[]
  /** its place in the order of evaluation: after every audience that it depends on */
  rank: number
  /** audiences that depend on it directly */
  dependants: readonly string[]
  /** the audiences that it depends on, at any remove, and itself: in the order of evaluation */
  closure: readonly string[]
}

/** A workspace's audiences, indexed by what can change them. Compiled once per isolate and version. */
export interface CompiledAudiences {
  byId: ReadonlyMap<string, CompiledAudience>
  exposed: readonly CompiledAudience[]
  /** the leaves that an event may be about */
  leavesOf: EventIndex
  /** leaves that remember events */
  remembering: readonly Leaf[]
  /** what they want of events that are no longer kept whole, by the name of the event (PR1) */
  retentions: ReadonlyMap<string, Retention>
  audiencesByInput: ReadonlyMap<Input, readonly string[]>
  /** audiences that may hold for somebody who has done nothing */
  atBirth: readonly string[]
}

const append = (index: Map<string, string[]>, key: string, id: string): void => {
  const ids = index.get(key)
  if (!ids) index.set(key, [id])
  else if (ids.at(-1) !== id) ids.push(id)
}

/** Compiles validated definitions. Pure. */
export const compileAudiences = (definitions: readonly AudienceDefinition[]): CompiledAudiences => {
  const leaves = new Map<string, Leaf>()
  const parts = new Map<string, { definition: AudienceDefinition; root: Node; used: Leaf[] }>()
  for (const definition of definitions) {
    const used = new Set<Leaf>()
    const leafOf = (compiled: Leaf): Leaf => {
      const leaf = leaves.get(compiled.key) ?? compiled
      leaves.set(leaf.key, leaf)
      used.add(leaf)
      return leaf
    }
    parts.set(definition.id, { definition, root: compileNode(definition.when, leafOf), used: [...used] })
  }

  const needs = new Map(
    [...parts].map(([id, { used }]) => [
      id,
      used.flatMap(({ audience }) => (audience === undefined ? [] : [audience])),
    ]),
  )
  const { order, circle } = orderByDependency(needs)
  if (circle) throw new Error(`audiences depend on one another in a circle: ${circle.join(' → ')}`)
  const dependants = new Map<string, string[]>()
  for (const [id, needed] of needs) for (const of of needed) append(dependants, of, id)

  const byId = new Map<string, CompiledAudience>()
  const audiencesByInput = new Map<Input, string[]>()
  for (const [rank, id] of order.entries()) {
    const { definition, root, used } = parts.get(id)!
    const { expose = false, purposes = [] } = definition
    const closure = new Set(needs.get(id)!.flatMap((needed) => byId.get(needed)?.closure ?? []))
    const sorted = [...closure].sort((a, b) => byId.get(a)!.rank - byId.get(b)!.rank)
    byId.set(id, {
      id,
      expose,
      purposes,
      root,
      leaves: used,
      rank,
      dependants: dependants.get(id) ?? [],
      closure: [...sorted, id],
    })
    for (const input of used.flatMap(({ inputs }) => inputs)) append(audiencesByInput, input, id)
    for (const purpose of purposes) append(audiencesByInput, `consent:${purpose}`, id)
    if (purposes.length > 0) append(audiencesByInput, 'policy', id)
  }
  const compiled = [...byId.values()]
  const remembering = [...leaves.values()].filter(({ events }) => events !== undefined)
  return {
    byId,
    exposed: compiled.filter(({ expose }) => expose),
    leavesOf: indexEvents(remembering),
    remembering,
    retentions: retentionsOf(remembering),
    audiencesByInput,
    atBirth: compiled.filter(({ root }) => atBirth(root) !== false).map(({ id }) => id),
  }
}
