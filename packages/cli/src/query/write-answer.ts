import { escapeControls } from '../terminal/escape-controls.ts'
import { terminalWidth, textTable } from '../terminal/text-table.ts'
import type { Column, Value } from './column.ts'
import { csvLine } from './write-csv.ts'

export type Format = 'table' | 'json' | 'csv'

/** So many rows are for people to read. */
export const maxShown = 200

const shown = (value: Value): string => {
  if (value === null) return 'NULL'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A row as one line of JSON. U+2028 and the like, which end a line elsewhere, are escaped. */
const jsonLine = (columns: readonly Column[], row: readonly Value[]): string =>
  escapeControls(JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))))

/**
 * Writes an answer: a table of at most 200 rows for people, or all of it as CSV or as one line of JSON a row for programs.
 *
 * @param write takes text as it is; when it returns a promise, that is waited for
 */
export const writeAnswer = async (
  columns: readonly Column[],
  rows: AsyncIterable<Value[]>,
  format: Format,
  write: (text: string) => void | Promise<void>,
): Promise<void> => {
  if (format === 'csv') await write(csvLine(columns.map(({ name }) => name)))
  const kept: string[][] = []
  let count = 0
  for await (const row of rows) {
    count++
    if (format === 'csv') await write(csvLine(row))
    else if (format === 'json') await write(`${jsonLine(columns, row)}\n`)
    else if (count <= maxShown) kept.push(row.map(shown))
  }
  if (format !== 'table') return
  await write(`${textTable(columns, kept, terminalWidth())}\n`)
  const more = count > maxShown ? `, of which the first ${maxShown} are shown: --csv or --json gives all` : ''
  await write(`${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}${more}\n`)
}
