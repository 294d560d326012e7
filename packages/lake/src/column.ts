/** How a value is stored; `JSON` is text that holds JSON, to be read with DuckDB's `->>`. */
export type ColumnType = 'TIMESTAMP' | 'STRING' | 'JSON' | 'BOOLEAN' | 'INTEGER'

/** Names in snake_case, as analysts write them, in the order of the file. */
export type Columns = Readonly<Record<string, ColumnType>>

/** A value in a row: of a TIMESTAMP epoch ms, of JSON its text. */
export type Value = string | number | boolean | null

/** A row by the names of its columns; what is left out is null. */
export type Row = Readonly<Record<string, Value>>

const isType: Readonly<Record<ColumnType, (value: Value) => boolean>> = {
  TIMESTAMP: (value) => typeof value === 'number' && Math.abs(value) <= 8.64e15,
  INTEGER: (value) => Number.isSafeInteger(value),
  BOOLEAN: (value) => typeof value === 'boolean',
  STRING: (value) => typeof value === 'string',
  JSON: (value) => typeof value === 'string',
}

const readValue = (name: string, type: ColumnType, value: unknown): Value => {
  if (value === undefined || value === null) return null
  // Whoever sends a row may leave JSON as it is: the column holds its text.
  const read = type === 'JSON' && typeof value !== 'string' ? JSON.stringify(value) : (value as Value)
  if (!isType[type](read)) throw new Error(`${name} is no ${type}`)
  return read
}

/**
 * Reads a row that was sent: every column of its kind, with a value of its type or null; what the kind has no column for is an error.
 *
 * @throws Error that names the column, and never the value
 */
export const readRow = (columns: Columns, sent: Readonly<Record<string, unknown>>): Row => {
  const unknown = Object.keys(sent).find((name) => !Object.hasOwn(columns, name))
  if (unknown !== undefined) throw new Error(`there is no column ${unknown}`)
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, readValue(name, type, sent[name])]))
}
