import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Reads the lake's events as an analyst does.
 *
 * @param folder holds a copy of the lake, with at least one file of events
 * @returns how many rows each `message_id` has: a unit that was sent again may be written again (SPEC LA2)
 */
export const readMessageIds = async (folder: string): Promise<Map<string, number>> => {
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
