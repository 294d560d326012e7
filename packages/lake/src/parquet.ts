import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer'
import type { ColumnType, Row, Value } from './column.ts'
import type { Kind } from './kind.ts'

const stored: Readonly<Record<ColumnType, BasicType>> = {
  TIMESTAMP: 'TIMESTAMP',
  INTEGER: 'INT64',
  BOOLEAN: 'BOOLEAN',
  STRING: 'STRING',
  JSON: 'STRING',
}

const toStored = (type: ColumnType, value: Value | undefined): unknown => {
  if (value === null || value === undefined) return null
  if (type === 'TIMESTAMP') return new Date(value as number)
  return type === 'INTEGER' ? BigInt(value as number) : value
}

/** Rows of one kind as a Parquet file, compressed with Snappy. @throws Error when a value does not fit its column */
export const writeParquet = ({ columns }: Kind, rows: readonly Row[]): ArrayBuffer =>
  parquetWriteBuffer({
    columnData: Object.entries(columns).map(([name, type]) => ({
      name,
      type: stored[type],
      data: rows.map((row) => toStored(type, row[name])),
    })),
  })

const fromStored = (value: unknown): Value => {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'bigint' ? Number(value) : ((value ?? null) as Value)
}

/** How many bytes the columns of a file take when they are read, as the file says. */
export const rawBytes = async (file: AsyncBuffer): Promise<number> => {
  const { row_groups: groups } = await parquetMetadataAsync(file)
  return groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0)
}

/**
 * The rows of a file; a column that it is too old to have is null, and one that its kind has no more is left out.
 *
 * @param names of the columns to read: all of them unless said
 */
export const readParquet = async (
  { columns }: Kind,
  file: AsyncBuffer,
  names: readonly string[] = Object.keys(columns),
): Promise<Row[]> => {
  const metadata = await parquetMetadataAsync(file)
  const has = new Set(metadata.schema.map(({ name }) => name))
  const wanted = names.filter((name) => has.has(name))
  const stored = await parquetReadObjects({ file, metadata, columns: wanted })
  const lacking = names.filter((name) => !has.has(name))
  return stored.map((row) => {
    const read: Record<string, Value> = {}
    for (const name of lacking) read[name] = null
    for (const name of wanted) read[name] = fromStored(row[name])
    return read
  })
}
