import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

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
