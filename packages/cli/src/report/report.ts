import type { DuckDBConnection } from '@duckdb/node-api'
import type { KindName } from '../lake/kinds.ts'
import type { Value } from '../query/column.ts'

export interface ReportColumn {
  name: string
  /** whole numbers, numbers with two digits, shares within [0, 1], milliseconds, or text */
  as: 'text' | 'count' | 'amount' | 'share' | 'ms'
}

export interface Section {
  title: string
  columns: readonly ReportColumn[]
  rows: readonly (readonly Value[])[]
  /** the column whose values are drawn as bars */
  drawn?: number
}

export interface Report {
  title: string
  sections: readonly Section[]
  /** how its figures are to be read */
  notes: readonly string[]
}

/** Days in UTC, both included. */
export interface Period {
  since: string
  until: string
}

/** A question that many ask, ready to be run. */
export interface ReadyReport<Options> {
  /** the tables that it reads */
  kinds: readonly KindName[]
  /** the first day of receipt that matters to it, in UTC; all of them when undefined */
  filesSince(period: Period, options: Options): string | undefined
  ask(connection: DuckDBConnection, period: Period, options: Options): Promise<Report>
}

/** A claim of SQL: a time (UTC) lies in the period. */
export const inPeriod = (column: string, { since, until }: Period): string =>
  `${column} >= TIMESTAMP '${since}' AND ${column} < TIMESTAMP '${until}' + INTERVAL 1 DAY`

const dayMs = 86_400_000
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** The last 30 days when nothing is said. @throws Error when it ends before it begins */
export const readPeriod = (since: string | undefined, until: string | undefined, now: number): Period => {
  const last = until ?? dayOf(now)
  const first = since ?? dayOf(Date.parse(`${last}T00:00:00Z`) - 29 * dayMs)
  if (first > last)
    throw new Error(`the period ends on ${last}, before it begins on ${first}: turn --since and --until around`)
  return { since: first, until: last }
}
