import type { Json } from '@spartito/protocol'
import type { Comparison } from './condition.ts'

const same = (a: Json, b: Json): boolean =>
  a === b ||
  (typeof a === 'object' &&
    typeof b === 'object' &&
    a !== null &&
    b !== null &&
    JSON.stringify(a) === JSON.stringify(b))

const asNumber = (value: Json): number => (typeof value === 'number' ? value : Number.NaN)
const asText = (value: Json): string | undefined => (typeof value === 'string' ? value : undefined)

const operators: { [K in keyof Comparison]-?: (value: Json, against: NonNullable<Comparison[K]>) => boolean } = {
  eq: (value, against) => same(value, against),
  ne: (value, against) => !same(value, against),
  in: (value, against) => against.some((entry) => same(value, entry)),
  nin: (value, against) => !against.some((entry) => same(value, entry)),
  gt: (value, against) => asNumber(value) > against,
  gte: (value, against) => asNumber(value) >= against,
  lt: (value, against) => asNumber(value) < against,
  lte: (value, against) => asNumber(value) <= against,
  between: (value, [low, high]) => asNumber(value) >= low && asNumber(value) <= high,
  contains: (value, against) =>
    Array.isArray(value) ? value.includes(against) : (asText(value)?.includes(against) ?? false),
  startsWith: (value, against) => asText(value)?.startsWith(against) ?? false,
  endsWith: (value, against) => asText(value)?.endsWith(against) ?? false,
  exists: (_value, against) => against,
}

export const operatorNames = Object.keys(operators) as (keyof Comparison)[]

/**
 * Whether a value meets ALL comparisons. Nothing is coerced: "5" is not 5. A missing value is false for every operator
 * but `exists: false` (SPEC AU).
 */
export const compare = (value: Json | undefined, comparison: Comparison): boolean => {
  for (const name of operatorNames) {
    const against = comparison[name]
    if (against === undefined) continue
    if (value === undefined) {
      if (name === 'exists' && against === false) continue
      return false
    }
    if (!(operators[name] as (value: Json, against: unknown) => boolean)(value, against)) return false
  }
  return true
}
