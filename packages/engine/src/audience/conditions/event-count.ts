import { eventName } from '@spartito/protocol'
import { compileComparison } from '../compare.ts'
import type { EventCondition, NumberComparison } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import type { Memory, Tally } from '../memory/memory.ts'
import { decidingNumber, newestWithin } from '../memory/newest.ts'
import { overWindow } from '../memory/over-window.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { compileWindow, spanOf } from '../time/window.ts'

/** Up to so many are kept as one. */
const maxInstants = 500

const countTally = (comparison: NumberComparison): Tally<number> => {
  const meets = compileComparison(comparison)
  return {
    add: (count = 0) => count + 1,
    join: (a, b) => a + b,
    holds: (count = 0) => meets(count),
    show: (count = 0) => ({ count }),
  }
}

/** `{"event", "where", "count", "within"}`: how many events match. Within elapsed time it keeps the newest that decide (AU2). */
export const compileEventCount = (condition: EventCondition, key: string): Leaf => {
  const { count = { gte: 1 }, event, where } = condition
  const window = compileWindow(condition.within)
  const matches = compileWhere(where)
  const ofNone = compileComparison(count)(0)
  return eventLeaf(condition, key, {
    feeds: [feedOf(condition)],
    fields: fieldsOf(where),
    spanMs: spanOf(window),
    read: (candidate) =>
      eventName(candidate) === event && matches(asJson(candidate)) ? [candidate.timestamp] : undefined,
    memory: overWindow(
      countTally(count),
      window,
      // AU2: so many instants decide; where they are very many, a list in chunks costs less than one that is rewritten.
      decidingNumber(count) > maxInstants
        ? undefined
        : (ms) => newestWithin(count, ofNone, ms, Number.POSITIVE_INFINITY) as Memory<unknown>,
    ),
    takesLate: window.kind === 'lifetime',
  })
}
