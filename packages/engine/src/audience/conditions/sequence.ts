import { type EpochMs, type Event, eventName } from '@spartito/protocol'
import type { EventFilter, SequenceCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import { type EntryList, entriesAfter, insertEntry, sizeOf } from '../memory/entry-list.ts'
import { type Memory, maxKept, type Tally } from '../memory/memory.ts'
import { overWindow } from '../memory/over-window.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { type DurationMs, readDuration } from '../time/duration.ts'
import { compileWindow, spanOf } from '../time/window.ts'
import { type Candidate, type Gap, latestStart } from './latest-start.ts'

/** What may be a step, oldest first; `true` once a sequence that nothing can undo has been found. */
export type SequenceMemory = EntryList<null> | true

const always = Number.NEGATIVE_INFINITY

/** A list keeps no tally of its chunks: a chain can begin in one and end in another. */
const listOnly: Tally<null> = {
  add: () => null,
  join: () => null,
  holds: () => false,
  show: () => ({}),
  isLarge: () => true,
  maxEntries: maxKept,
}

const candidatesOf = (lists: readonly EntryList<null>[], after: EpochMs): Candidate[] => {
  const found = lists.flatMap((list) => entriesAfter(list, after)) as unknown as Candidate[]
  return lists.length === 1 ? found : found.sort((a, b) => a[0] - b[0])
}

const show = (start: EpochMs | undefined, lists: readonly EntryList<null>[]) => ({
  start: start ?? null,
  candidates: lists.reduce((sum, list) => sum + sizeOf(list), 0),
})

/** Joined lists come one after the other: their entries are put in order. */
const sorted = ({ chunks }: EntryList<null>): EntryList<null>['chunks'] => {
  const inOrder = chunks.every((chunk, index) => index === 0 || chunks[index - 1]!.last <= chunk.first)
  if (inOrder) return chunks
  const entries = entriesAfter({ chunks }, always).sort((a, b) => a[0] - b[0])
  return [{ first: entries[0]![0], last: entries.at(-1)![0], size: entries.length, tally: null, entries }]
}

/** Within elapsed time: a chain holds until its start leaves the window. */
const sequenceWithin = (gaps: readonly Gap[], withinMs: DurationMs): Memory<EntryList<null>> => {
  const startAt = (lists: readonly EntryList<null>[], now: EpochMs): EpochMs | undefined =>
    latestStart(candidatesOf(lists, now - withinMs), gaps)
  return {
    add: (list, entry) => insertEntry(list, entry, listOnly, (newest) => newest - withinMs),
    judge(lists, now) {
      const start = startAt(lists, now)
      return { holds: start !== undefined, next: start === undefined ? undefined : start + withinMs }
    },
    show: (lists, now) => show(startAt(lists, now), lists),
    isInexact: (lists, now) => lists.some(({ dropped }) => dropped !== undefined && dropped > now - withinMs),
  }
}

/** Of everything; when nothing can undo it (`none` is empty), a chain once found is all there is to remember. */
const sequenceTally = (gaps: readonly Gap[], isFinal: boolean): Tally<SequenceMemory> => {
  const isFound = (lists: readonly EntryList<null>[]): boolean =>
    latestStart(candidatesOf(lists, always), gaps) !== undefined
  return {
    add(memory, entry) {
      if (memory === true) return true
      const list = insertEntry(memory, entry, listOnly)
      const size = sizeOf(list)
      // Looking costs what the list is long, so it is looked at when it has doubled.
      const isDue = isFinal && size >= 64 && (size & (size - 1)) === 0
      return isDue && isFound([list]) ? true : list
    },
    join(a, b) {
      if (a === true || b === true) return true
      const dropped = Math.max(a.dropped ?? always, b.dropped ?? always)
      const chunks = [...a.chunks, ...b.chunks]
      return dropped === always ? { chunks } : { chunks, dropped }
    },
    holds: (memory) => memory !== undefined && (memory === true || isFound([{ chunks: sorted(memory) }])),
    show: (memory) =>
      memory === undefined || memory === true
        ? { found: memory === true }
        : show(latestStart(candidatesOf([{ chunks: sorted(memory) }], always), gaps), [memory]),
    isInexact: (memory) => memory !== true && memory.dropped !== undefined,
  }
}

const compileFilter = (filter: EventFilter): ((event: Event) => boolean) => {
  const matches = compileWhere(filter.where)
  return (event) => eventName(event) === filter.event && matches(asJson(event))
}

/** `{"sequence", "none", "within"}`: events one strictly after the other; some choice of events has to satisfy it. */
export const compileSequence = (condition: SequenceCondition, key: string): Leaf => {
  const { sequence, none = [], within } = condition
  const steps = sequence.map(compileFilter)
  const barred = none.map(compileFilter)
  const window = compileWindow(within)
  const gaps = sequence.slice(1).map(
    ({ after }): Gap => ({
      minMs: after?.min === undefined ? 1 : readDuration(after.min)!,
      maxMs: after?.max === undefined ? Number.POSITIVE_INFINITY : readDuration(after.max)!,
    }),
  )
  return eventLeaf(condition, key, {
    feeds: [...sequence, ...none].map(feedOf),
    fields: [...sequence, ...none].flatMap((step) => fieldsOf(step.where)),
    spanMs: spanOf(window),
    read(event) {
      let mask = barred.some((matches) => matches(event)) ? 1 << steps.length : 0
      for (const [step, matches] of steps.entries()) if (matches(event)) mask |= 1 << step
      return mask === 0 ? undefined : [event.timestamp, mask]
    },
    memory: overWindow(
      sequenceTally(gaps, none.length === 0),
      window,
      (ms) => sequenceWithin(gaps, ms) as Memory<unknown>,
    ),
  })
}
