import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'

/** A column of an answer. */
export interface Column {
  name: string
  /** DuckDB's name of its type */
  type: string
  isNumber: boolean
}

const numbers = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(.*)/

export const columnsOf = (result: DuckDBResult): Column[] => {
  const types = result.columnTypes().map(String)
  return result.deduplicatedColumnNames().map((name, index) => ({
    name,
    type: types[index]!,
    isNumber: numbers.test(types[index]!),
  }))
}

/** An answer, a piece at a time: a large one is never held whole. Values are text, a number or null. */
export async function* rowsOf(result: DuckDBResult): AsyncGenerator<Value[]> {
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    for (const row of chunk.getRows()) yield row.map(readValue)
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** DuckDB's lists, arrays, structs and maps, by what they hold. */
interface Nested {
  items?: readonly unknown[]
  entries?: readonly { key: unknown; value: unknown }[] | Readonly<Record<string, unknown>>
}

/** Whole numbers that a number holds exactly are numbers; what JSON has no word for is as DuckDB writes it. */
const readValue = (value: unknown): Value => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  const { items, entries } = (value ?? {}) as Nested
  if (Array.isArray(items)) return items.map(readValue)
  if (Array.isArray(entries))
    return Object.fromEntries(entries.map(({ key, value }) => [String(key), readValue(value)]))
  if (typeof entries === 'object')
    return Object.fromEntries(Object.entries(entries).map(([name, its]) => [name, readValue(its)]))
  const written = String(value)
  const isDecimal = value?.constructor.name === 'DuckDBDecimalValue'
  return isDecimal && isExact(written) ? Number(written) : written
}

const isExact = (text: string): boolean =>
  Number(text).toString() === text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')

/** Runs SQL whose answer is small, as the reports' are. */
export const ask = async (
  connection: DuckDBConnection,
  sql: string,
): Promise<{ columns: Column[]; rows: Value[][] }> => {
  const result = await connection.run(sql)
  const rows: Value[][] = []
  for await (const row of rowsOf(result)) rows.push(row)
  return { columns: columnsOf(result), rows }
}
