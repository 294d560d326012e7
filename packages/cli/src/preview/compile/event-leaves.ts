import { type Condition, readDuration } from '@spartito/engine'
import { literal } from '../../lake/sql-text.ts'
import { comparisonSql, numberComparisonSql } from './compare-sql.ts'
import { filterSql, valueSql } from './filter-sql.ts'
import type { LeafSql } from './leaf-sql.ts'
import { inOrder } from './leaf-sql.ts'

type Of<Key extends string> = Extract<Condition, { [K in Key]: unknown }>

/** `{"event", "where", "count", "within"}`: without a window late events count, too (AU4). */
export const countLeaf = (condition: Exclude<Of<'event'>, { agg: unknown }>, at: string): LeafSql => {
  const { count = { gte: 1 }, within } = condition as { count?: { gte: number }; within?: string }
  return {
    filter: filterSql(condition, at),
    take: { n: 'count(*)' },
    within,
    takesLate: within === undefined,
    holds: (leaf) => numberComparisonSql(`coalesce(${leaf}.n, 0)`, count),
  }
}

/** `{"recency", "gte"}`: none compares false. */
export const recencyLeaf = (condition: Of<'recency'>, at: string): LeafSql => {
  const { recency, ...texts } = condition
  const bounds = Object.fromEntries(
    Object.entries(texts as Record<string, string>).map(([name, text]) => [name, readDuration(text)!]),
  )
  return {
    filter: filterSql(recency, `${at}.recency`),
    take: { last: 'max(e.happened)' },
    holds: (leaf) => numberComparisonSql(`(i.now - ${leaf}.last)`, bounds),
  }
}

/** `{"days", "gte", "within"}`: distinct local days, of none 0. */
export const daysLeaf = (condition: Of<'days'>, at: string): LeafSql => ({
  filter: filterSql(condition.days, `${at}.days`),
  take: {
    n: `count(DISTINCT CAST(timezone(${literal(condition.days.tz)}, make_timestamptz(e.happened * 1000)) AS DATE))`,
  },
  within: condition.within,
  holds: (leaf) => numberComparisonSql(`coalesce(${leaf}.n, 0)`, condition),
})

/** `{"agg": "first" | "last"}`: the first or last value that is there, in the order of WI8. */
export const edgeLeaf = (condition: Of<'agg'> & { agg: 'first' | 'last' }, at: string): LeafSql => ({
  filter: filterSql(condition, at),
  reads: { value: valueSql(condition.of, `${at}.of`) },
  take: { value: `${condition.agg}(e.value ${inOrder}) FILTER (e.value IS NOT NULL)` },
  within: condition.within,
  holds: (leaf) => comparisonSql(`${leaf}.value`, condition),
})
