import type { EpochMs, Json } from '@spartito/protocol'
import type { Entry, Memory, Tally } from '../memory/memory.ts'
import type { DurationMs } from '../time/duration.ts'

/**
 * The first or last value, as `[at, receivedAt, messageId, whether it meets the comparison, the value as shown]`: what was
 * asked of it is remembered rather than the value, which may be long.
 */
export type Edge = readonly [at: EpochMs, receivedAt: EpochMs, messageId: string, meets: boolean, shown: Json]

const maxShown = 100

/** A value for people to read: long texts and nested values are cut. */
export const shown = (value: Json): Json => {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : undefined
  return text === undefined ? value : text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

/** The order of WI8: timestamp, receivedAt, messageId. */
export const compareOrder = (a: Entry, b: Entry): number =>
  a[0] - b[0] ||
  (a[1] as number) - (b[1] as number) ||
  ((a[2] as string) < (b[2] as string) ? -1 : (a[2] as string) > (b[2] as string) ? 1 : 0)

const show = (edge: Edge | undefined) => (edge ? { value: edge[4], at: edge[0], messageId: edge[2] } : { value: null })

export const edgeTally = (agg: 'first' | 'last'): Tally<Edge> => {
  const join = (a: Edge, b: Edge): Edge => (compareOrder(a, b) < 0 === (agg === 'first') ? a : b)
  return {
    add: (edge, entry) => (edge ? join(edge, entry as unknown as Edge) : (entry as unknown as Edge)),
    join,
    holds: (edge) => edge?.[3] ?? false,
    show,
  }
}

/** The last value within a window of elapsed time is the last of all while it is in the window: one is enough. */
export const lastWithin = (withinMs: DurationMs): Memory<Edge> => {
  const tally = edgeTally('last')
  const inside = (memories: readonly Edge[], now: EpochMs): Edge | undefined => {
    const edge = memories.length === 0 ? undefined : memories.reduce(tally.join)
    return edge && edge[0] > now - withinMs ? edge : undefined
  }
  return {
    add: tally.add,
    judge(memories, now) {
      const edge = inside(memories, now)
      const holds = tally.holds(edge)
      return { holds, next: holds ? edge![0] + withinMs : undefined }
    },
    show: (memories, now) => show(inside(memories, now)),
  }
}
