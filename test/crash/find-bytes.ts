import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

/** Files of a folder that hold a text, whatever its case, with how often. */
export const findBytes = async (folder: string, text: string): Promise<Map<string, number>> => {
  const found = new Map<string, number>()
  for (const file of await filesBelow(folder)) {
    const times = (await readFile(file)).toString('latin1').toLowerCase().split(text).length - 1
    if (times > 0) found.set(file.slice(folder.length + 1), times)
  }
  return found
}

/**
 * A copy of a folder in which each SQLite database holds what it keeps, and nothing of what it has deleted: its log is taken in, and all its
 * pages are written anew.
 */
export const compactCopy = async (folder: string, to: string): Promise<void> => {
  await rm(to, { recursive: true, force: true })
  await cp(folder, to, { recursive: true })
  for (const file of (await filesBelow(to)).filter((name) => name.endsWith('.sqlite'))) {
    const database = new DatabaseSync(file)
    database.exec('VACUUM')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    await rm(`${file}-wal`, { force: true })
    await rm(`${file}-shm`, { force: true })
  }
}
