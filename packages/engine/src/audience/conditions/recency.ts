import { type EpochMs, eventName } from '@spartito/protocol'
import { compileComparison } from '../compare.ts'
import type { RecencyCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { readDuration } from '../time/duration.ts'

/** `{"recency", "gte"}`: how long ago the last such event was; it keeps that instant alone. None compares false. */
export const compileRecency = (condition: RecencyCondition, key: string): Leaf => {
  const { recency } = condition
  const matches = compileWhere(recency.where)
  const bounds = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((name) => {
    const text = condition[name]
    return text === undefined ? [] : [{ name, ms: readDuration(text)! }]
  })
  const meets = compileComparison(Object.fromEntries(bounds.map(({ name, ms }) => [name, ms])))
  // `gte` and `lt` change when the bound is reached, `gt` and `lte` a millisecond later.
  const changes = bounds.map(({ name, ms }) => (name === 'gte' || name === 'lt' ? ms : ms + 1)).sort((a, b) => a - b)
  return eventLeaf<EpochMs>(condition, key, {
    feeds: [feedOf(recency)],
    fields: fieldsOf(recency.where),
    read: (event) => (eventName(event) === recency.event && matches(asJson(event)) ? [event.timestamp] : undefined),
    memory: {
      add: (last, [at]) => Math.max(last ?? at, at),
      judge(memories, now) {
        if (memories.length === 0) return { holds: false, next: undefined }
        const last = Math.max(...memories)
        const change = changes.find((ms) => last + ms > now)
        return { holds: meets(now - last), next: change === undefined ? undefined : last + change }
      },
      show: (memories) => ({ last: memories.length === 0 ? null : Math.max(...memories) }),
    },
  })
}
