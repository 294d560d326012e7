import type { Json } from '@spartito/protocol'
import type { Comparison } from './condition.ts'

const same = (a: Json, b: Json): boolean => a === b

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
    Array.isArray(value)
      ? value.includes(against)
      : typeof against === 'string' && (asText(value)?.includes(against) ?? false),
  startsWith: (value, against) => asText(value)?.startsWith(against) ?? false,
  endsWith: (value, against) => asText(value)?.endsWith(against) ?? false,
  exists: (_value, against) => against,
}

export const operatorNames = Object.keys(operators) as (keyof Comparison)[]

/** The operators that a number takes. */
export const numberOperatorNames = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between'] as const

export type Compare = (value: Json | undefined) => boolean

/**
 * Compiles comparisons into one question: does a value meet ALL of them? Nothing is coerced: "5" is not 5. A missing value
 * is false for every operator but `exists: false` (SPEC AU).
 */
export const compileComparison = (comparison: Comparison): Compare => {
  const tests = operatorNames
    .filter((name) => comparison[name] !== undefined)
    .map((name) => {
      const operator = operators[name] as (value: Json, against: unknown) => boolean
      const against = comparison[name]
      const ofMissing = name === 'exists' && against === false
      return (value: Json | undefined): boolean => (value === undefined ? ofMissing : operator(value, against))
    })
  if (tests.length === 1) return tests[0]!
  return (value) => tests.every((test) => test(value))
}
