import type { EpochMs, Event, Json } from '@spartito/protocol'
import { compare } from './compare.ts'
import type { CountComparison, EventCondition } from './condition.ts'
import { type DurationMs, readDuration } from './duration.ts'
import { readPath } from './path.ts'

/**
 * What a fragment remembers for one count of events: how many matched, and the newest instants of them, newest first.
 * Fragments hold different events, so memories are joined by adding and merging.
 */
export interface CountMemory {
  total: number
  newest: EpochMs[]
}

export interface CountLeaf {
  kind: 'count'
  key: string
  event: string
  matches: (event: Event) => boolean
  count: CountComparison
  /** undefined: a lifetime */
  withinMs: DurationMs | undefined
  /** instants that decide the comparison: more of them never change it (SPEC AU2) */
  kept: number
}

const defaultCount: CountComparison = { gte: 1 }

/** The number of events past which the comparison's answer no longer changes. */
const decidingCount = (count: CountComparison): number =>
  Math.max(
    1,
    ...[count.gte, count.lt].filter((n) => n !== undefined).map((n) => Math.ceil(n)),
    ...[count.gt, count.lte, count.eq, count.ne, count.between?.[1]]
      .filter((n) => n !== undefined)
      .map((n) => Math.floor(n) + 1),
  )

export const compileCount = (condition: EventCondition, key: string): CountLeaf => {
  const count = condition.count ?? defaultCount
  const where = condition.where ?? []
  const withinMs = condition.within === undefined ? undefined : readDuration(condition.within)
  return {
    kind: 'count',
    key,
    event: condition.event,
    matches: (event) =>
      where.every((predicate) => compare(readPath(event as unknown as Json, predicate.path), predicate)),
    count,
    withinMs,
    kept: withinMs === undefined ? 0 : decidingCount(count),
  }
}

const insertNewest = (newest: readonly EpochMs[], at: EpochMs, kept: number): EpochMs[] => {
  let place = newest.length
  while (place > 0 && newest[place - 1]! < at) place--
  return [...newest.slice(0, place), at, ...newest.slice(place)].slice(0, kept)
}

export const emptyCount: CountMemory = { total: 0, newest: [] }

/** Adds one matching event; late ones find their place. */
export const addToCount = (memory: CountMemory, at: EpochMs, leaf: CountLeaf): CountMemory => ({
  total: memory.total + 1,
  newest: insertNewest(memory.newest, at, leaf.kept),
})

/** Joins the memories of fragments; commutative and associative. */
export const joinCounts = (memories: readonly CountMemory[], leaf: CountLeaf): CountMemory =>
  memories.length === 1
    ? memories[0]!
    : {
        total: memories.reduce((sum, { total }) => sum + total, 0),
        newest: memories
          .flatMap(({ newest }) => newest)
          .sort((a, b) => b - a)
          .slice(0, leaf.kept),
      }

/** Whether the count holds at `now`; the window is (now − within, now]. */
export const countHolds = (leaf: CountLeaf, memory: CountMemory, now: EpochMs): boolean => {
  const { withinMs } = leaf
  const n =
    withinMs === undefined ? memory.total : memory.newest.filter((at) => at > now - withinMs && at <= now).length
  return compare(n, leaf.count)
}

/** The first instant after `now` at which time alone turns the answer; undefined when none does. */
export const countFlip = (leaf: CountLeaf, memory: CountMemory, now: EpochMs): EpochMs | undefined => {
  const { withinMs } = leaf
  if (withinMs === undefined) return undefined
  const holds = countHolds(leaf, memory, now)
  for (let i = memory.newest.length - 1; i >= 0; i--) {
    const leavesAt = memory.newest[i]! + withinMs
    if (leavesAt > now && countHolds(leaf, memory, leavesAt) !== holds) return leavesAt
  }
  return undefined
}
