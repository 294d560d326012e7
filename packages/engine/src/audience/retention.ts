import { type Field, fieldKey } from './field.ts'
import type { Leaf } from './leaf.ts'
import type { DurationMs } from './time/duration.ts'

/** What definitions may still want of the events of one name, once they have left the ledger's whole part (SPEC PR1). */
export interface Retention {
  /** every field that a condition reads of them, each once */
  fields: readonly Field[]
  /** how long after its arrival the longest window may reach an event */
  spanMs: DurationMs
}

const dayMs = 86_400_000
/** PR1: no longer than this, whatever the window. */
export const longestRetentionMs = 400 * dayMs

/** What the leaves want, by the name of the event. */
export const retentionsOf = (leaves: Iterable<Leaf>): ReadonlyMap<string, Retention> => {
  const retentions = new Map<string, Retention>()
  for (const { events } of leaves) {
    if (!events) continue
    for (const name of new Set(events.feeds.map(({ event }) => event))) {
      const { fields = [], spanMs = 0 } = retentions.get(name) ?? {}
      const known = new Set(fields.map(fieldKey))
      const more = events.fields.filter((field) => !known.has(fieldKey(field)) && known.add(fieldKey(field)))
      retentions.set(name, {
        fields: [...fields, ...more],
        spanMs: Math.min(longestRetentionMs, Math.max(spanMs, events.spanMs)),
      })
    }
  }
  return retentions
}
