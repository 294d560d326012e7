import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetScan } from 'hyparquet'
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

/** A value as Parquet's reader and writer have it: a Date of a TIMESTAMP, a BigInt of an INTEGER. */
export type Stored = Date | bigint | string | boolean | null

/** The values of some columns, by their names; all are as long. */
export type StoredColumns = Readonly<Record<string, ArrayLike<Stored>>>

const toStored = (type: ColumnType, value: Value | undefined): Stored => {
  if (value === null || value === undefined) return null
  if (type === 'TIMESTAMP') return new Date(value as number)
  return type === 'INTEGER' ? BigInt(value as number) : (value as string | boolean)
}

export const fromStored = (value: Stored | undefined): Value => {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'bigint' ? Number(value) : (value ?? null)
}

/**
 * Columns of one kind as a Parquet file, compressed with Snappy.
 *
 * @param filtered columns of which the file gets a Bloom filter, by which a reader knows without their values what is not in it
 * @throws Error when a value does not fit its column
 */
export const writeColumns = ({ columns }: Kind, values: StoredColumns, filtered: readonly string[] = []): ArrayBuffer =>
  parquetWriteBuffer({
    columnData: Object.entries(columns).map(([name, type]) => ({
      name,
      type: stored[type],
      data: values[name] as Stored[],
      // Who asks for a person asks for some forty names: with one error in a hundred each, a third of all files would be read for nothing.
      bloomFilter: filtered.includes(name) && { fpp: 0.001 },
    })),
  })

/** The values of rows by column. Rows that name their columns in the kind's order, as all are made here, are read without looking names up. */
const byColumn = (names: readonly string[], rows: readonly Row[]): Value[][] => {
  const columns = names.map((): Value[] => new Array(rows.length))
  for (const [at, row] of rows.entries()) {
    const values = Object.values(row)
    const isInOrder = values.length === names.length && Object.keys(row).every((name, index) => name === names[index])
    for (let index = 0; index < columns.length; index++)
      columns[index]![at] = (isInOrder ? values[index] : row[names[index]!]) ?? null
  }
  return columns
}

/** Rows of one kind as a Parquet file. @throws Error when a value does not fit its column */
export const writeParquet = (kind: Kind, rows: readonly Row[], filtered: readonly string[] = []): ArrayBuffer => {
  const types = Object.entries(kind.columns)
  const values = byColumn(Object.keys(kind.columns), rows)
  const isKeptAsIs = (type: ColumnType): boolean => type === 'STRING' || type === 'JSON' || type === 'BOOLEAN'
  return writeColumns(
    kind,
    Object.fromEntries(
      types.map(([name, type], index) => [
        name,
        isKeptAsIs(type) ? (values[index] as Stored[]) : values[index]!.map((value) => toStored(type, value)),
      ]),
    ),
    filtered,
  )
}

/** A file and what it says of itself. */
export interface OpenFile {
  file: AsyncBuffer
  metadata: FileMetaData
  rows: number
  /** bytes that its columns take when they are read */
  rawBytes: number
}

export const openParquet = async (file: AsyncBuffer): Promise<OpenFile> => {
  const metadata = await parquetMetadataAsync(file)
  const rawBytes = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0)
  return { file, metadata, rows: Number(metadata.num_rows), rawBytes }
}

/** The values of one column; a column that the file is too old to have is null. */
export const readColumn = async ({ file, metadata, rows }: OpenFile, name: string): Promise<ArrayLike<Stored>> => {
  if (!metadata.schema.some((element) => element.name === name)) return Array.from({ length: rows }, () => null)
  const scan = await parquetScan({ file, metadata, columns: [name] })
  const parts = await Promise.all(
    scan.ranges.map(({ rowStart, rowEnd }) => scan.readColumn({ column: name, rowStart, rowEnd })),
  )
  const [only] = parts
  return (parts.length === 1 && only ? only : parts.flatMap((part) => [...part])) as ArrayLike<Stored>
}

/** The rows of a file, of each some columns: all of its kind unless said. One that the kind has no more is left out. */
export const readParquet = async (
  { columns }: Kind,
  file: AsyncBuffer,
  names: readonly string[] = Object.keys(columns),
): Promise<Row[]> => {
  const open = await openParquet(file)
  const read = await Promise.all(names.map((name) => readColumn(open, name)))
  return Array.from({ length: open.rows }, (_, row) => {
    const values: Record<string, Value> = {}
    for (const [index, name] of names.entries()) values[name] = fromStored(read[index]![row])
    return values
  })
}
