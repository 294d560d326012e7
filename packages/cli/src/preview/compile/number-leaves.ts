import type { Condition, NumberComparison } from '@spartito/engine'
import { allOf, numberComparisonSql } from './compare-sql.ts'
import { filterSql, valueSql } from './filter-sql.ts'
import { numberOf } from './json-sql.ts'
import type { LeafSql } from './leaf-sql.ts'
import { NotPreviewed } from './not-previewed.ts'

type AggregateCondition = Extract<Condition, { agg: unknown }>

/** Sums are of decimals and not of binary fractions: 20 digits before the point, 18 after it. */
const decimal = 'DECIMAL(38, 18)'

/** A number as JSON.stringify writes it, if a decimal of SQL holds it exactly. */
const fits = String.raw`-?\d{1,19}(\.\d{1,18})?|-?\d(\.\d{1,9})?e-?[0-9]`
const isFitting = new RegExp(`^(${fits})$`)

const thresholdAt =
  (at: string) =>
  (value: number): string => {
    if (!isFitting.test(String(value)))
      throw new NotPreviewed(
        at,
        `${value} has more digits than the sum is taken with (20 before the point, 18 after it)`,
      )
    return `CAST('${value}' AS ${decimal})`
  }

/** `sum` and `avg`: exact, as money has to be. The sum of none is 0, the average of none compares false. */
const sumLeaf = (condition: AggregateCondition & { agg: 'sum' | 'avg' }, at: string): LeafSql => {
  const json = valueSql(condition.of, `${at}.of`)
  const text = `CASE WHEN ${numberOf(json)} IS NOT NULL THEN ${json} ->> '$' END`
  const threshold = thresholdAt(at)
  const comparison = condition as NumberComparison
  return {
    filter: filterSql(condition, at),
    reads: { value: `TRY_CAST(${text} AS ${decimal})` },
    take: { total: 'sum(e.value)', n: 'count(e.value)' },
    within: condition.within,
    holds: (leaf) => {
      if (condition.agg === 'sum')
        return numberComparisonSql(`coalesce(${leaf}.total, CAST(0 AS ${decimal}))`, comparison, threshold)
      // No division, whose result would be rounded: total ≥ average · n.
      const times = (value: number): string => `${threshold(value)} * ${leaf}.n`
      return allOf([`${leaf}.n > 0`, numberComparisonSql(`${leaf}.total`, comparison, times)])
    },
    inexact: `NOT regexp_full_match(${text}, '${fits}')`,
  }
}

const extremeLeaf = (condition: AggregateCondition & { agg: 'min' | 'max' }, at: string): LeafSql => ({
  filter: filterSql(condition, at),
  reads: { value: numberOf(valueSql(condition.of, `${at}.of`)) },
  take: { value: `${condition.agg}(e.value)` },
  within: condition.within,
  holds: (leaf) => numberComparisonSql(`${leaf}.value`, condition),
})

/** "5" and 5 differ; of none it compares false. Lists and objects are told apart by their text. */
const distinctLeaf = (condition: AggregateCondition & { agg: 'distinct' }, at: string): LeafSql => {
  const json = valueSql(condition.of, `${at}.of`)
  return {
    filter: filterSql(condition, at),
    reads: { value: `CAST(${json} AS VARCHAR)` },
    take: { n: 'count(DISTINCT e.value)' },
    within: condition.within,
    holds: (leaf) => allOf([`${leaf}.n > 0`, numberComparisonSql(`${leaf}.n`, condition)]),
    inexact: `json_type(${json}) = 'OBJECT'`,
  }
}

/** The aggregates that give a number. */
export const numberLeaf = (condition: AggregateCondition, at: string): LeafSql => {
  switch (condition.agg) {
    case 'sum':
    case 'avg':
      return sumLeaf(condition as AggregateCondition & { agg: 'sum' | 'avg' }, at)
    case 'min':
    case 'max':
      return extremeLeaf(condition as AggregateCondition & { agg: 'min' | 'max' }, at)
    case 'distinct':
      return distinctLeaf(condition as AggregateCondition & { agg: 'distinct' }, at)
    default:
      throw new NotPreviewed(at, `${condition.agg} is decided by what the engine keeps of each value`)
  }
}
