import type { LakeStore, StoredFile } from '../compaction/stored-file.ts'
import { openParquet } from '../parquet.ts'
import { findHeld, type HeldIds } from './find-rows.ts'
import { nobody, type Owners, type Subjects } from './subjects.ts'

/**
 * What was held back of the subjects in an hour, and its files in the order in which they may be rewritten: those that say whose a row is
 * come last, so that whatever ends in between still knows the others.
 */
export const holdOrder = async (
  files: readonly StoredFile[],
  store: LakeStore,
  subjects: Subjects,
): Promise<{ held: HeldIds; files: StoredFile[] }> => {
  const held = new Map<string, Owners>()
  const telling = new Set<StoredFile>()
  for (const file of files) {
    const body = await store.read(file.key)
    if (!body) continue
    for (const [id, owners] of await findHeld(await openParquet(body), subjects)) {
      telling.add(file)
      held.set(id, [...new Set([...(held.get(id) ?? nobody), ...owners])])
    }
  }
  const isTelling = (file: StoredFile): boolean => telling.has(file)
  return { held, files: [...files.filter((file) => !isTelling(file)), ...files.filter(isTelling)] }
}
