import { utf8Bytes } from '@spartito/protocol'
import type { Memories } from '../audience/leaf.ts'
import { type Chunk, isEntryList } from '../audience/memory/entry-list.ts'
import { isSpilled, type Spilled, valueAt } from '../audience/memory/spilled.ts'
import type { Fragment } from '../profile/fragment.ts'
import type { VisitorState } from './state.ts'

/** A row of its own for a part of the state; null deletes it. */
export interface SpillWrite {
  id: number
  body: string | null
}

/** What may stay in the row of the state; a test allows less. */
export interface SpillLimits {
  /** values in the memory of one leaf */
  values: number
  /** entries of a list's newest chunk */
  newestEntries: number
  /** UTF-8 bytes of the whole; past it everything but crumbs is spilled (PR2) */
  stateBytes: number
}

const usual: SpillLimits = { values: 512, newestEntries: 256, stateBytes: 256 * 1024 }
const crumbs = { values: 8, newestEntries: 2 }

/** Counts the values of a JSON value, up to a bound; of a list its chunks, since its newest entries have a bound of their own. */
const countValues = (value: unknown, bound: number): number => {
  if (isEntryList(value)) return 2 * value.chunks.length
  if (isSpilled(value) || typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const part of Object.values(value)) {
    count += countValues(part, bound - count)
    if (count > bound) return count
  }
  return count
}

const rowsOf = (memory: unknown): number[] => {
  const own = isSpilled(memory) ? [memory.spilled] : []
  const value = valueAt(memory)
  if (!isEntryList(value)) return own
  return [...own, ...value.chunks.flatMap(({ entries }) => (isSpilled(entries) ? [entries.spilled] : []))]
}

type Cells = Omit<SpillLimits, 'stateBytes'>

const createSpiller = (start: number) => {
  let nextSpill = start
  const writes = new Map<number, string | null>()
  const free: number[] = []

  const put = (value: unknown): Spilled => {
    const id = free.pop() ?? nextSpill++
    writes.set(id, JSON.stringify(value))
    return { spilled: id, load: () => value }
  }

  const spillList = (list: { chunks: readonly Chunk<unknown>[] }, { newestEntries }: Cells) => {
    const last = list.chunks.length - 1
    return {
      ...list,
      chunks: list.chunks.map((chunk, index) =>
        isSpilled(chunk.entries) || (index === last && chunk.size <= newestEntries)
          ? chunk
          : { ...chunk, entries: put(chunk.entries) },
      ),
    }
  }

  const spillCell = (before: unknown, after: unknown, limits: Cells): unknown => {
    if (isSpilled(after)) return after
    const rows = before === undefined ? [] : rowsOf(before)
    const kept = new Set(rowsOf(after))
    free.push(...rows.filter((id) => !kept.has(id)))
    const value = isEntryList(after) ? spillList(after, limits) : after
    // What was large once will be so again.
    const bound = isSpilled(before) ? limits.values / 4 : limits.values
    return countValues(value, bound) > bound ? put(value) : value
  }

  const spillMemory = (before: Memories, after: Memories, limits: Cells, isAll: boolean): Memories => {
    if (before === after && !isAll) return after
    const memory: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(after))
      memory[key] = value === before[key] && !isAll ? value : spillCell(before[key], value, limits)
    for (const [key, value] of Object.entries(before)) if (!Object.hasOwn(after, key)) free.push(...rowsOf(value))
    return memory
  }

  const spillFragment = (before: Fragment | undefined, after: Fragment, limits: Cells, isAll: boolean): Fragment => {
    if (before === after && !isAll) return after
    const memory = spillMemory(before?.memory ?? {}, after.memory, limits, isAll)
    if (!after.base) return { ...after, memory }
    const base = { ...after.base, memory: spillMemory(before?.base?.memory ?? {}, after.base.memory, limits, isAll) }
    return { ...after, memory, base }
  }

  return {
    spill(before: readonly Fragment[], after: readonly Fragment[], limits: Cells, isAll: boolean): Fragment[] {
      const known = new Map(before.map((fragment) => [fragment.id, fragment]))
      for (const { id, memory, base } of before)
        if (!after.some((fragment) => fragment.id === id))
          for (const value of [...Object.values(memory), ...Object.values(base?.memory ?? {})])
            free.push(...rowsOf(value))
      return after.map((fragment) => spillFragment(known.get(fragment.id), fragment, limits, isAll))
    },
    nextSpill: (): number => nextSpill,
    writes(): SpillWrite[] {
      for (const id of free) writes.set(id, null)
      return [...writes].map(([id, body]) => ({ id, body }))
    },
  }
}

/**
 * Keeps the row of the state small (SPEC PR2): what leaves remember of many events goes to rows of its own, and an event rewrites
 * those that it changes. Pure.
 *
 * @param before the state as it is stored; undefined when nothing is
 * @returns the state to go on with, its JSON, and the rows to write in the same transaction
 */
export const spill = (
  before: VisitorState | undefined,
  after: VisitorState,
  limits: SpillLimits = usual,
): { state: VisitorState; body: string; writes: SpillWrite[] } => {
  const spiller = createSpiller(after.nextSpill ?? 1)
  const withRows = (fragments: Fragment[]): VisitorState => ({
    ...after,
    fragments,
    ...(spiller.nextSpill() > 1 && { nextSpill: spiller.nextSpill() }),
  })
  let state = withRows(spiller.spill(before?.fragments ?? [], after.fragments, limits, false))
  let body = JSON.stringify(state)
  const isTooLarge = body.length * 3 > limits.stateBytes && utf8Bytes(body) > limits.stateBytes
  if (isTooLarge) {
    state = withRows(spiller.spill(state.fragments, state.fragments, crumbs, true))
    body = JSON.stringify(state)
  }
  return { state, body, writes: spiller.writes() }
}

/** Gives what comes back from a row the way to its rows: each is read when it is first needed, and then known. */
const rowReader =
  (read: (id: number) => string) =>
  (place: unknown): unknown => {
    if (!isSpilled(place)) return isEntryList(place) ? attachChunks(place, read) : place
    const { spilled } = place
    let known: { value: unknown } | undefined
    return {
      spilled,
      load() {
        known ??= { value: rowReader(read)(JSON.parse(read(spilled))) }
        return known.value
      },
    } satisfies Spilled
  }

const attachChunks = <T extends { chunks: readonly Chunk<unknown>[] }>(list: T, read: (id: number) => string): T => ({
  ...list,
  chunks: list.chunks.map((chunk) =>
    isSpilled(chunk.entries) ? { ...chunk, entries: rowReader(read)(chunk.entries) as Spilled } : chunk,
  ),
})

const attachMemory = (memory: Memories, read: (id: number) => string): Memories => {
  const attach = rowReader(read)
  return Object.fromEntries(Object.entries(memory).map(([key, value]) => [key, attach(value)]))
}

/**
 * A state as it was stored, with the way to its rows.
 *
 * @param read the body of a row
 */
export const attachRows = (stored: VisitorState, read: (id: number) => string): VisitorState =>
  stored.nextSpill === undefined
    ? stored
    : {
        ...stored,
        fragments: stored.fragments.map((fragment) => ({
          ...fragment,
          memory: attachMemory(fragment.memory, read),
          ...(fragment.base && {
            base: { ...fragment.base, memory: attachMemory(fragment.base.memory, read) },
          }),
        })),
      }

/** A memory with everything in place, to be sent to another object. */
export const gathered = (memory: Memories): Memories =>
  Object.fromEntries(
    Object.entries(memory).map(([key, place]) => {
      const value = valueAt(place)
      if (!isEntryList(value)) return [key, value]
      return [key, { ...value, chunks: value.chunks.map((chunk) => ({ ...chunk, entries: valueAt(chunk.entries) })) }]
    }),
  )
