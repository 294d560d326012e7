import type { EpochMs, Json } from '@spartito/protocol'
import type { Aggregate } from './condition.ts'
import type { History } from './history.ts'
import { type Subject, valuesAt } from './predicate.ts'
import type { Hashes } from './profile.ts'
import { add, compare, divide, exactly, type Rational } from './rational.ts'

type Scalar = string | number | boolean

const isScalar = (value: Json | undefined): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const sum = (numbers: readonly Rational[]): Rational => numbers.reduce(add, exactly(0))

interface Occurrence {
  value: Scalar
  at: EpochMs
}

/** Of values as frequent as each other, the one that occurred last; of those that did at one instant, the least hash. */
const mostFrequent = (occurrences: readonly Occurrence[], hashOf: Hashes['hashOf']): Scalar | undefined => {
  const ranked = occurrences.map(({ value }) => {
    const its = occurrences.filter((other) => other.value === value)
    return { value, count: its.length, last: Math.max(...its.map(({ at }) => at)), hash: hashOf(value) }
  })
  ranked.sort((a, b) => b.count - a.count || b.last - a.last || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
  return ranked[0]?.value
}

/**
 * An aggregate over what a path gives in each event, in order. `sum avg min max` look at numbers alone, the others at
 * text, numbers and booleans. The sum of none is 0, everything else of none is missing, `distinct` too.
 */
export const aggregate = (kind: Aggregate, path: string, events: History, hashOf: Hashes['hashOf']): Subject => {
  const occurrences = events.flatMap((event) =>
    valuesAt(event as never, path)
      .filter(isScalar)
      .map((value): Occurrence => ({ value, at: event.timestamp })),
  )
  const values = occurrences.map(({ value }) => value)
  const numbers = values.filter((value) => typeof value === 'number').map(exactly)
  switch (kind) {
    case 'sum':
      return sum(numbers)
    case 'avg':
      return numbers.length === 0 ? undefined : divide(sum(numbers), numbers.length)
    case 'min':
      return numbers.sort(compare)[0]
    case 'max':
      return numbers.sort(compare).at(-1)
    case 'distinct':
      return values.length === 0 ? undefined : new Set(values).size
    case 'first':
      return values[0]
    case 'last':
      return values.at(-1)
    case 'mode':
      return mostFrequent(occurrences, hashOf)
  }
}
