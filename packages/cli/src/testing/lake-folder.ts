import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll } from 'vitest'
import { removeSpillFolder } from '../lake/duckdb.ts'
import { type ColumnType, type KindName, type LakeKind, lakeKinds } from '../lake/kinds.ts'

/** A row by the names of its columns; times are ISO 8601, JSON is its value. */
export type LakeRow = Record<string, unknown>

const stored: Record<ColumnType, BasicType> = {
  TIMESTAMP: 'TIMESTAMP',
  DATE: 'TIMESTAMP',
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOLEAN',
  BIGINT: 'INT64',
}

const toStored = (type: ColumnType, value: unknown): unknown => {
  if (value === undefined || value === null) return null
  if (type === 'TIMESTAMP' || type === 'DATE') return new Date(value as string | number)
  if (type === 'BIGINT') return BigInt(value as number)
  return type === 'VARCHAR' && typeof value !== 'string' ? JSON.stringify(value) : value
}

/** A Parquet file as the lake's consumer writes it. @param without columns that it lacks, as files of an older version do */
export const parquet = (kind: KindName, rows: readonly LakeRow[], without: readonly string[] = []): Uint8Array => {
  const { columns }: LakeKind = lakeKinds[kind]
  const columnData = Object.entries(columns)
    .filter(([name]) => !without.includes(name))
    .map(([name, type]) => ({ name, type: stored[type], data: rows.map((row) => toStored(type, row[name])) }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  removeSpillFolder()
})

/** A folder that is there until the tests of the file have run. */
export const makeFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `spartito-${name}-`))
  folders.push(folder)
  return folder
}

/** Puts files under their keys into a folder that is laid out as the lake. */
export const putFile = (folder: string, key: string, body: Uint8Array): void => {
  const file = join(folder, key)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, body)
}

/** A lake of one file a kind. */
export const makeLake = (rows: Partial<Record<KindName, readonly LakeRow[]>>): string => {
  const folder = makeFolder('lake')
  for (const kind of Object.keys(rows) as KindName[])
    putFile(folder, `${kind}/dt=2026-03-01/hr=00/one.parquet`, parquet(kind, rows[kind]!))
  return folder
}

let made = 0

/** A row of an event that a profile has: a track received when it happened, unless told otherwise. */
export const eventRow = (fields: LakeRow): LakeRow => ({
  timestamp: '2026-03-01T12:00:00Z',
  received_at: fields.timestamp ?? '2026-03-01T12:00:00Z',
  message_id: `m${++made}`,
  type: 'track',
  source: 'web',
  profile_id: 'p1',
  anonymous_id: fields.profile_id ?? 'p1',
  is_bot: false,
  is_late: false,
  is_imported: false,
  ...fields,
})
