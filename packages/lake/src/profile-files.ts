import { createHash } from 'node:crypto'
import type { Row } from './column.ts'
import { folderOf } from './file-key.ts'
import { profilesKind } from './kind.ts'
import { writeParquet } from './parquet.ts'

/** Where a page of the roster begins: a shard, and the profileId before it. */
export interface PagePlace {
  shard: number
  after: string
}

/** No profile's id: an erasure writes a file anew under its key, and whoever has fetched the lake has its names (SPEC CO7). */
const placeName = ({ shard, after }: PagePlace): string => {
  const from = after === '' ? 'first' : createHash('sha256').update(after).digest('hex').slice(0, 26)
  return `${String(shard).padStart(3, '0')}-${from}`
}

/**
 * The file of one page of a day. It is named by where the page begins, so that a page that is taken again overwrites, whoever has come to the
 * roster meanwhile: the next page begins where the last one that was stored ends.
 */
export const profilesFile = (day: string, place: PagePlace, rows: readonly Row[]) => ({
  key: `${folderOf('profiles', day)}${placeName(place)}.parquet`,
  body: writeParquet(profilesKind, rows, profilesKind.owner),
  metadata: { rows: String(rows.length) },
})
