import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { KindName } from './kinds.ts'
import { isWanted } from './lake-key.ts'

/** The keys of a kind's files in a folder that is laid out as the lake, in order. */
export const folderKeys = async (folder: string, kind: KindName, since?: string): Promise<string[]> => {
  const root = join(folder, kind)
  if (!existsSync(root)) return []
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((key) => isWanted(key, kind, since))
    .sort()
}
