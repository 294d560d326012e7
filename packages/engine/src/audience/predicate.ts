import type { Event, Json } from '@spartito/protocol'
import { compileComparison } from './compare.ts'
import type { EventFilter, Predicate, Scalar } from './condition.ts'
import { compilePath, compileWildcard, isWildcard } from './path.ts'

export type Matches = (value: Json) => boolean

const compilePredicate = (predicate: Predicate): Matches => {
  const meets = compileComparison(predicate)
  if (!isWildcard(predicate.path)) {
    const read = compilePath(predicate.path)
    return (value) => meets(read(value))
  }
  const readAll = compileWildcard(predicate.path)
  return predicate.every ? (value) => readAll(value).every(meets) : (value) => readAll(value).some(meets)
}

/** Compiles predicates of which ALL have to hold. */
export const compileWhere = (where: readonly Predicate[] = []): Matches => {
  const predicates = where.map(compilePredicate)
  if (predicates.length === 1) return predicates[0]!
  return (value) => predicates.every((matches) => matches(value))
}

/** One field of the event that has to equal one value, so that other events need not be looked at. */
export interface Needed {
  path: string
  value: Scalar
}

/** Which events reach a leaf: by name, and where the filter allows it by one value. */
export interface Feed {
  event: string
  needed?: Needed
}

export const feedOf = ({ event, where = [] }: EventFilter): Feed => {
  const equality = where.find(({ path, eq }) => eq !== undefined && !isWildcard(path))
  return equality ? { event, needed: { path: equality.path, value: equality.eq! } } : { event }
}

/** An event as paths read it. */
export const asJson = (event: Event): Json => event as unknown as Json
