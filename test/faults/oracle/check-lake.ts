import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { difference } from './difference.ts'

export interface CheckedLake {
  violations: string[]
  files: number
  /** rows before de-duplication: a unit sent again is written again */
  rows: number
}

const readMessageIds = async (folder: string): Promise<Map<string, number>> => {
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  try {
    const files = join(folder, 'events', '**', '*.parquet').replaceAll("'", "''")
    const query = `SELECT message_id, count(*) FROM read_parquet('${files}') GROUP BY message_id`
    const rows = (await connection.runAndReadAll(query)).getRows()
    return new Map(rows.map(([messageId, count]) => [String(messageId), Number(count)]))
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

/**
 * The lake, read as an analyst reads it: after de-duplication by `message_id` it holds what the profiles hold (SPEC LA2).
 *
 * @param copy copies the lake's events below a folder; @returns how many files
 */
export const checkLake = async (
  copy: (to: string) => Promise<number>,
  folder: string,
  stored: ReadonlySet<string>,
): Promise<CheckedLake> => {
  await mkdir(folder, { recursive: true })
  const files = await copy(folder)
  const found = files === 0 ? new Map<string, number>() : await readMessageIds(folder)
  const rows = [...found.values()].reduce((sum, count) => sum + count, 0)
  return { violations: difference('the lake', stored, new Set(found.keys())), files, rows }
}
