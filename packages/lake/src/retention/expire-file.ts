import type { LakeStore, StoredFile } from '../compaction/stored-file.ts'
import { countRemoved, type UnnamedCount } from '../erasure/count-removed.ts'
import { type Rewritten, rewriteFile } from '../erasure/rewrite-file.ts'
import { type HourlyKind, hourlyKinds } from '../kind.ts'
import { openParquet, readColumn } from '../parquet.ts'

/** A file as it is to be stored again, and how many rows went. */
export interface ExpiredFile extends Rewritten {
  counts: UnnamedCount[]
}

/**
 * One file without the rows of some sources. Nothing is stored.
 *
 * @param seen keys of rows that went from this folder already
 * @returns undefined when it holds none, or is gone
 */
export const expireFile = async (
  kind: HourlyKind,
  stored: StoredFile,
  store: LakeStore,
  isGone: (source: string) => boolean,
  seen: Set<string>,
): Promise<ExpiredFile | undefined> => {
  const body = Object.hasOwn(hourlyKinds[kind].columns, 'source') ? await store.read(stored.key) : undefined
  if (!body) return undefined
  const file = await openParquet(body)
  const sources = await readColumn(file, 'source')
  const gone = new Set<number>()
  for (let place = 0; place < file.rows; place++) if (isGone(String(sources[place] ?? ''))) gone.add(place)
  if (gone.size === 0) return undefined
  const { counts } = await countRemoved(kind, file, gone, seen)
  return { ...(await rewriteFile(kind, file, gone, stored.replaces)), counts }
}
