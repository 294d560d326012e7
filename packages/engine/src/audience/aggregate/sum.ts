import type { NumberComparison } from '../condition.ts'
import type { Tally } from '../memory/memory.ts'
import { addDecimals, compareDecimals, type Decimal, decimalOf, timesWhole, writeDecimal, zero } from './decimal.ts'

/** How many numbers, and their exact sum: `units` · 10^−scale, the units as text since JSON has no whole numbers so large. */
export interface Sum {
  n: number
  units: string
  scale: number
}

type CompareDecimal = (value: Decimal, times: number) => boolean

/** Compares with thresholds multiplied by a whole number, so that an average needs no division. */
const compileDecimalComparison = ({ eq, ne, gt, gte, lt, lte, between }: NumberComparison): CompareDecimal => {
  const tests: CompareDecimal[] = []
  const test = (threshold: number | undefined, meets: (difference: number) => boolean): void => {
    if (threshold === undefined) return
    const decimal = decimalOf(threshold)
    tests.push((value, times) => meets(compareDecimals(value, timesWhole(decimal, times))))
  }
  test(eq, (difference) => difference === 0)
  test(ne, (difference) => difference !== 0)
  test(gt, (difference) => difference > 0)
  test(gte, (difference) => difference >= 0)
  test(lt, (difference) => difference < 0)
  test(lte, (difference) => difference <= 0)
  test(between?.[0], (difference) => difference >= 0)
  test(between?.[1], (difference) => difference <= 0)
  return (value, times) => tests.every((meets) => meets(value, times))
}

const decimalIn = ({ units, scale }: Sum): Decimal => ({ units: BigInt(units), scale })

/** So many digits are exact as a number, and so is the sum of two. */
const exactDigits = 15

/** Sums of one scale that are short enough are added as numbers, which is many times faster. */
const addShort = (a: Sum, b: Sum): Sum | undefined =>
  a.scale === b.scale && a.units.length <= exactDigits && b.units.length <= exactDigits
    ? { n: a.n + b.n, units: String(Number(a.units) + Number(b.units)), scale: a.scale }
    : undefined

const addTo = (sum: Sum | undefined, n: number, value: Decimal): Sum => {
  const { units, scale } = sum ? addDecimals(decimalIn(sum), value) : value
  return { n: (sum?.n ?? 0) + n, units: String(units), scale }
}

/** Sums exactly; entries are `[at, number]`. The sum of none is 0, the average of none compares false. */
export const sumTally = (agg: 'sum' | 'avg', comparison: NumberComparison): Tally<Sum> => {
  const meets = compileDecimalComparison(comparison)
  const ofNone = agg === 'sum' && meets(zero, 1)
  return {
    add: (sum, [, value]) => addTo(sum, 1, decimalOf(value as number)),
    join: (a, b) => addShort(a, b) ?? addTo(a, b.n, decimalIn(b)),
    holds: (sum) => (sum === undefined ? ofNone : meets(decimalIn(sum), agg === 'sum' ? 1 : sum.n)),
    show: (sum) => ({ n: sum?.n ?? 0, sum: writeDecimal(sum ? decimalIn(sum) : zero) }),
  }
}
