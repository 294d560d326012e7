import type { Event } from '@spartito/protocol'
import type { Condition } from './condition.ts'
import type { Field } from './field.ts'
import type { Evidence, Leaf } from './leaf.ts'
import type { Entry, Memory } from './memory/memory.ts'
import { valueAt } from './memory/spilled.ts'
import type { Feed } from './predicate.ts'
import type { DurationMs } from './time/duration.ts'

/** A condition on events: what it reads of one, and how it remembers that. */
export interface EventLeafParts<M> {
  feeds: readonly Feed[]
  fields: readonly Field[]
  /** default: infinite */
  spanMs?: DurationMs
  /** undefined for an event that it is not about */
  read(event: Event): Entry | undefined
  memory: Memory<M>
  takesLate?: boolean
}

export const eventLeaf = <M>(condition: Condition, key: string, parts: EventLeafParts<M>): Leaf => {
  const { feeds, fields, spanMs = Number.POSITIVE_INFINITY, read, memory, takesLate = false } = parts
  const memoriesOf = ({ fragments }: Evidence): M[] => {
    const memories: M[] = []
    for (const fragment of fragments)
      if (Object.hasOwn(fragment.memory, key)) memories.push(valueAt(fragment.memory[key]) as M)
    return memories
  }
  return {
    key,
    condition,
    inputs: [`leaf:${key}`],
    atBirth: memory.judge([], 0).holds,
    judge: (evidence, now) => memory.judge(memoriesOf(evidence), now),
    show: (evidence, now) => memory.show(memoriesOf(evidence), now),
    ...(memory.isInexact && { isInexact: (evidence, now) => memory.isInexact!(memoriesOf(evidence), now) }),
    events: {
      feeds,
      fields,
      spanMs,
      takesLate,
      matches: (event) => read(event) !== undefined,
      add(remembered, event) {
        const entry = read(event)
        if (entry === undefined) return remembered
        const known = valueAt(remembered) as M | undefined
        const next = memory.add(known, entry)
        return next === known ? remembered : next
      },
    },
  }
}
