import { eventName } from '@spartito/protocol'
import { compileComparison } from '../compare.ts'
import type { DaysCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import type { Memory } from '../memory/memory.ts'
import { newestTally, newestWithin } from '../memory/newest.ts'
import { overWindow } from '../memory/over-window.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { dayOf } from '../time/time-zone.ts'
import { compileWindow, spanOf } from '../time/window.ts'

/** `{"days", "gte", "within"}`: on how many distinct local days; it keeps the newest instant of each of the newest days. */
export const compileDays = (condition: DaysCondition, key: string): Leaf => {
  const { days } = condition
  const matches = compileWhere(days.where)
  const ofNone = compileComparison(condition)(0)
  const window = compileWindow(condition.within)
  return eventLeaf(condition, key, {
    feeds: [feedOf(days)],
    fields: fieldsOf(days.where),
    spanMs: spanOf(window),
    read: (event) =>
      eventName(event) === days.event && matches(asJson(event))
        ? [event.timestamp, dayOf(days.tz, event.timestamp)]
        : undefined,
    memory: overWindow(
      newestTally(condition, ofNone, Number.POSITIVE_INFINITY),
      window,
      (ms) => newestWithin(condition, ofNone, ms, Number.POSITIVE_INFINITY) as Memory<unknown>,
    ),
  })
}
