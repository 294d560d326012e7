import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** What memory cannot hold goes here: for its owner alone, since it is about people, and until the command ends. */
let spillFolder: string | undefined

const makeSpillFolder = (): string => {
  if (spillFolder === undefined) {
    spillFolder = mkdtempSync(join(tmpdir(), 'spartito-duckdb-'))
    process.once('exit', removeSpillFolder)
  }
  return spillFolder
}

/** Whoever goes on after its questions calls it; a command does when it ends. */
export const removeSpillFolder = (): void => {
  if (spillFolder !== undefined) rmSync(spillFolder, { recursive: true, force: true })
  spillFolder = undefined
}

/** A database in memory whose times are in UTC. Nothing is fetched by itself: an extension is loaded where one is asked for. */
export const openDatabase = async (): Promise<DuckDBConnection> => {
  const { DuckDBInstance } = await loadDuckDB()
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: makeSpillFolder(),
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
