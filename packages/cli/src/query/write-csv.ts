import { stringify } from 'csv-stringify/sync'
import type { Value } from './column.ts'

/** What a spreadsheet would run, or hides one that it would. */
const isFormula = /^[=+\-@\t\r＝＋－＠]/

/** A text that a spreadsheet leaves as it is; a number may be negative. */
const inert = (value: Value): string => {
  if (value === null) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'string' && isFormula.test(value) ? `'${value}` : String(value)
}

/** A line of CSV (RFC 4180) that a spreadsheet may open, whoever wrote the values. */
export const csvLine = (values: readonly Value[]): string =>
  stringify([values.map(inert)], { record_delimiter: '\r\n' })
