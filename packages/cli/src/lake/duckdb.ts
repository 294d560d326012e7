import type { DuckDBConnection } from '@duckdb/node-api'

/** Loads DuckDB when a question is asked: other commands start without its 70 MB. @throws Error that says what to do */
export const loadDuckDB = async (): Promise<typeof import('@duckdb/node-api')> => {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    throw new Error(
      `DuckDB, which answers questions, is not here (${why}): run npm install @duckdb/node-api, on a platform that it is built for`,
    )
  }
}

/** A database in memory whose times are in UTC. Nothing is fetched by itself: an extension is loaded where one is asked for. */
export const openDatabase = async (): Promise<DuckDBConnection> => {
  const { DuckDBInstance } = await loadDuckDB()
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  return connection
}

/**
 * From now on SQL reads these folders and nothing else of this machine or the network, and cannot change that.
 *
 * @param folders paths or URLs, each with all that is in it
 */
export const confine = async (connection: DuckDBConnection, folders: readonly string[]): Promise<void> => {
  const list = folders.map((folder) => `'${folder.replaceAll("'", "''")}'`).join(', ')
  await connection.run(`SET allowed_directories = [${list}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}
