import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { bucketKeys, isBucket, openBucket } from './bucket.ts'
import { consentSql } from './consent-sql.ts'
import { confine, openDatabase } from './duckdb.ts'
import { folderKeys } from './folder-files.ts'
import { type KindName, kindNames } from './kinds.ts'
import { cacheOf, remoteLake } from './remote-lake.ts'
import { syncLake } from './sync-lake.ts'
import { syncProgress } from './sync-progress.ts'
import { viewSql } from './view-sql.ts'

/** Where the files are: the flags that all questions take. */
export interface LakeFlags {
  /** a folder, or `s3://bucket`; else it is asked of the collector */
  lake?: string
  collector: string
  tokenEnv: string
  cache?: string
  endpoint?: string
}

interface Wanted {
  /** the tables that are read; the others are there without rows */
  kinds: readonly KindName[]
  /** the first day of receipt of a kind, in UTC; all of them when left out */
  sinceOf?: (kind: KindName) => string | undefined
  /** other folders that SQL may read */
  folders?: readonly string[]
}

type SinceOf = NonNullable<Wanted['sinceOf']>

interface Found {
  /** of the folder or bucket, with a slash at its end */
  root: string
  keysOf(kind: KindName): Promise<string[]>
}

const folderOf = async (path: string): Promise<string> => {
  if (!existsSync(path)) throw new Error(`there is no folder ${path}`)
  return `${(await realpath(path)).replace(/\/$/, '')}/`
}

const inFolder = async (path: string, sinceOf: SinceOf): Promise<Found> => {
  const root = await folderOf(path)
  return { root, keysOf: (kind) => folderKeys(root, kind, sinceOf(kind)) }
}

const find = async (
  connection: DuckDBConnection,
  flags: LakeFlags,
  { kinds, sinceOf = () => undefined }: Wanted,
): Promise<Found> => {
  const { lake, collector, tokenEnv, endpoint } = flags
  if (lake !== undefined && isBucket(lake)) {
    await openBucket(connection, endpoint)
    const root = `${lake.replace(/\/+$/, '')}/`
    return { root, keysOf: (kind) => bucketKeys(connection, root, kind, sinceOf(kind)) }
  }
  if (lake !== undefined) {
    const folder = resolve(lake)
    const found = await inFolder(folder, sinceOf)
    if (!kindNames.some((kind) => existsSync(join(folder, kind))))
      throw new Error(`${lake} holds no files of a lake: it needs a folder such as events/dt=2026-01-31/hr=12`)
    return found
  }
  const remote = remoteLake(collector, tokenEnv)
  const cache = resolve(flags.cache ?? cacheOf(collector))
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const progress = syncProgress()
  await syncLake(remote, cache, kinds, sinceOf, progress.tell)
  progress.end()
  return inFolder(cache, sinceOf)
}

/**
 * A database that has the lake's tables as views, and can read nothing else.
 *
 * @throws Error that says what to do when the lake cannot be read
 */
export const openLake = async (flags: LakeFlags, wanted: Wanted): Promise<DuckDBConnection> => {
  const connection = await openDatabase()
  const { root, keysOf } = await find(connection, flags, wanted)
  const { kinds, folders = [] } = wanted
  for (const kind of kindNames) {
    const keys = kinds.includes(kind) ? await keysOf(kind) : []
    await connection.run(
      viewSql(
        kind,
        keys.map((key) => `${root}${key}`),
      ),
    )
  }
  for (const sql of consentSql) await connection.run(sql)
  await confine(connection, [root, ...(await Promise.all(folders.map(folderOf)))])
  return connection
}
