import type { LakeStore, StoredFile } from '../compaction/stored-file.ts'
import type { LakeKind } from '../kind.ts'
import { openParquet } from '../parquet.ts'
import { countRemoved, type UnnamedCount } from './count-removed.ts'
import { findRows, type HeldIds } from './find-rows.ts'
import { type Rewritten, rewriteFile } from './rewrite-file.ts'
import type { Subjects } from './subjects.ts'

/** A file as it is to be stored again, and what is no more in it. */
export interface ErasedFile extends Rewritten {
  /** rows of each erasure by its id, each once over all files of the folder */
  rows: Record<string, number>
  counts: UnnamedCount[]
}

/**
 * One file without the rows of the subjects. Nothing is stored.
 *
 * @param seen keys of rows that went from this folder already
 * @returns undefined when it holds none, or is gone
 */
export const eraseFile = async (
  kind: LakeKind,
  stored: StoredFile,
  store: LakeStore,
  subjects: Subjects,
  seen: Set<string>,
  held?: HeldIds,
): Promise<ErasedFile | undefined> => {
  const body = await store.read(stored.key)
  if (!body) return undefined
  const file = await openParquet(body)
  const found = await findRows(kind, file, subjects, held)
  if (found.size === 0) return undefined
  const { places, counts } = await countRemoved(kind, file, found.keys(), seen)
  const rows: Record<string, number> = {}
  for (const place of places)
    for (const ask of found.get(place)!) {
      const { erasureId } = subjects.asks[ask]!
      rows[erasureId] = (rows[erasureId] ?? 0) + 1
    }
  return { ...(await rewriteFile(kind, file, found, stored.replaces)), rows, counts }
}
