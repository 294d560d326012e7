import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Asks the lake's events as an analyst does.
 *
 * @param folder holds a copy of the lake, with at least one file of the kind
 * @param select what is asked of each event, such as `message_id, context->>'bot'`
 * @param rest what follows, such as `GROUP BY message_id`
 * @param kind of rows
 */
export const queryLake = async (folder: string, select: string, rest = '', kind = 'events'): Promise<unknown[][]> => {
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  try {
    const files = join(folder, kind, '**', '*.parquet').replaceAll("'", "''")
    const query = `SELECT ${select} FROM read_parquet('${files}') ${rest}`
    return (await connection.runAndReadAll(query)).getRows()
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}
