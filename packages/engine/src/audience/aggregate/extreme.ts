import { compileComparison } from '../compare.ts'
import type { NumberComparison } from '../condition.ts'
import type { Tally } from '../memory/memory.ts'

/** The least or the greatest number; entries are `[at, number]`. */
export const extremeTally = (agg: 'min' | 'max', comparison: NumberComparison): Tally<number> => {
  const meets = compileComparison(comparison)
  const pick = agg === 'min' ? Math.min : Math.max
  return {
    add: (value, entry) => (value === undefined ? (entry[1] as number) : pick(value, entry[1] as number)),
    join: pick,
    holds: (value) => value !== undefined && meets(value),
    show: (value) => ({ [agg]: value ?? null }),
  }
}
