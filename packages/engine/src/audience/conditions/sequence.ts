import { type EpochMs, type Event, eventName } from '@spartito/protocol'
import type { EventFilter, SequenceCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import type { Memory, Tally } from '../memory/memory.ts'
import { overWindow } from '../memory/over-window.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { type DurationMs, readDuration } from '../time/duration.ts'
import { compileWindow, spanOf } from '../time/window.ts'
import type { Gap } from './latest-start.ts'
import { always, insertStep, joinSteps, latestChain, type StepList, showSteps } from './step-list.ts'

/** What may be a step; `true` once a sequence that nothing can undo has been found. */
export type SequenceMemory = StepList | true

/** Within elapsed time: a chain holds until its start leaves the window. */
const sequenceWithin = (gaps: readonly Gap[], withinMs: DurationMs): Memory<StepList> => {
  const startAt = (lists: readonly StepList[], now: EpochMs): EpochMs | undefined =>
    latestChain(lists, gaps, now - withinMs)
  return {
    add: (list, entry) => insertStep(list, entry, gaps, (newest) => newest - withinMs),
    judge(lists, now) {
      const start = startAt(lists, now)
      return { holds: start !== undefined, next: start === undefined ? undefined : start + withinMs }
    },
    show: (lists, now) => showSteps(startAt(lists, now), lists),
    isInexact: (lists, now) => lists.some(({ dropped }) => dropped !== undefined && dropped > now - withinMs),
  }
}

/** Of everything; when nothing can undo it (`none` is empty), a chain once found is all there is to remember. */
const sequenceTally = (gaps: readonly Gap[], isFinal: boolean): Tally<SequenceMemory> => ({
  add(memory, entry) {
    if (memory === true) return true
    const list = insertStep(memory, entry, gaps)
    return isFinal && list.start !== null ? true : list
  },
  join: (a, b) => (a === true || b === true ? true : joinSteps(a, b)),
  holds: (memory) => memory !== undefined && (memory === true || latestChain([memory], gaps, always) !== undefined),
  show: (memory) =>
    memory === undefined || memory === true
      ? { found: memory === true }
      : showSteps(latestChain([memory], gaps, always), [memory]),
  isInexact: (memory) => memory !== true && memory.dropped !== undefined,
})

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
