import { type Event, eventName, type Json } from '@spartito/protocol'
import { edgeTally, lastWithin, shown } from '../aggregate/edge.ts'
import { extremeTally } from '../aggregate/extreme.ts'
import { modeTally } from '../aggregate/mode.ts'
import { sumTally } from '../aggregate/sum.ts'
import { hashOf } from '../aggregate/value-hash.ts'
import { compileComparison } from '../compare.ts'
import type { AggregateCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import { fieldOf, fieldsOf } from '../field.ts'
import type { Leaf } from '../leaf.ts'
import type { Entry, Memory } from '../memory/memory.ts'
import { newestTally, newestWithin } from '../memory/newest.ts'
import { overWindow } from '../memory/over-window.ts'
import { compilePath } from '../path.ts'
import { asJson, compileWhere, feedOf } from '../predicate.ts'
import { type CompiledWindow, compileWindow, spanOf } from '../time/window.ts'

type ReadValue = (value: Json, event: Event) => Entry | undefined

const readNumber: ReadValue = (value, { timestamp }) => (typeof value === 'number' ? [timestamp, value] : undefined)
const readHash: ReadValue = (value, { timestamp }) => [timestamp, hashOf(value)]

/** What an aggregate keeps of a value, and how it remembers that; values of another type than it takes are passed over. */
const partsOf = (
  condition: AggregateCondition,
  window: CompiledWindow,
): { read: ReadValue; memory: Memory<unknown> } => {
  switch (condition.agg) {
    case 'sum':
    case 'avg':
      return { read: readNumber, memory: overWindow(sumTally(condition.agg, condition), window) }
    case 'min':
    case 'max':
      return { read: readNumber, memory: overWindow(extremeTally(condition.agg, condition), window) }
    case 'distinct':
      return {
        read: readHash,
        memory: overWindow(
          newestTally(condition, false),
          window,
          (ms) => newestWithin(condition, false, ms) as Memory<unknown>,
        ),
      }
    case 'mode':
      return { read: readHash, memory: overWindow(modeTally(condition), window) }
    case 'first':
    case 'last': {
      const { agg } = condition
      const meets = compileComparison(condition)
      return {
        read: (value, { timestamp, receivedAt, messageId }) => [
          timestamp,
          receivedAt,
          messageId,
          meets(value),
          shown(value),
        ],
        memory: overWindow(
          edgeTally(agg),
          window,
          agg === 'last' ? (ms) => lastWithin(ms) as Memory<unknown> : undefined,
        ),
      }
    }
  }
}

/** `{"agg", "of", "event", "where", "within"}`: a value of the matching events, taken together. */
export const compileAggregate = (condition: AggregateCondition, key: string): Leaf => {
  const matches = compileWhere(condition.where)
  const readOf = compilePath(condition.of)
  const window = compileWindow(condition.within)
  const { read, memory } = partsOf(condition, window)
  return eventLeaf(condition, key, {
    feeds: [feedOf(condition)],
    fields: [fieldOf(condition.of), ...fieldsOf(condition.where)],
    spanMs: spanOf(window),
    read(event) {
      if (eventName(event) !== condition.event || !matches(asJson(event))) return undefined
      const value = readOf(asJson(event))
      return value === undefined ? undefined : read(value, event)
    },
    memory,
  })
}
