import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AsyncStorage3 } from '@spartito/react-native/client'

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** An AsyncStorage that outlives its process: a file for each key, whole or not there at all. */
export const folderStorage = (folder: string): AsyncStorage3 => {
  mkdirSync(folder, { recursive: true })
  const fileOf = (key: string): string => join(folder, encodeURIComponent(key))
  return {
    getAllKeys: async () =>
      readdirSync(folder)
        .filter((name) => !name.endsWith('.new'))
        .map(decodeURIComponent),
    getMany: async (keys) => Object.fromEntries(keys.map((key) => [key, read(fileOf(key))])),
    async setMany(entries) {
      for (const [key, value] of Object.entries(entries)) {
        writeFileSync(`${fileOf(key)}.new`, value)
        renameSync(`${fileOf(key)}.new`, fileOf(key))
      }
    },
    async removeMany(keys) {
      for (const key of keys) rmSync(fileOf(key), { force: true })
    },
  }
}
