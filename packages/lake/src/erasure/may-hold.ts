import type { AsyncBuffer, ColumnMetaData } from 'hyparquet'
import { parquetMetadataAsync } from 'hyparquet'
import { readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js'
import type { LakeStore, StoredFile } from '../compaction/stored-file.ts'
import { kindOf, type LakeKind } from '../kind.ts'
import type { Subjects } from './subjects.ts'

/** Footer and Bloom filters of a file of 25,000 rows lie in this many bytes of its end. */
const tailBytes = 128 * 1024

/** The end of a file in memory; what lies before it is asked for. */
const openTail = async (key: string, size: number, store: LakeStore): Promise<AsyncBuffer | undefined> => {
  const from = Math.max(0, size - tailBytes)
  const tail = await store.readPart(key, from, size)
  if (!tail) return undefined
  return {
    byteLength: size,
    async slice(start, end = size) {
      if (start >= from) return tail.slice(start - from, end - from)
      const part = await store.readPart(key, start, end)
      if (!part) throw new Error('the file has gone while it was read')
      return part
    },
  }
}

/** Whether a chunk's filter lets one of the hashes through; a chunk without a filter lets all through, unless all of it is null. */
const mayHave = async (chunk: ColumnMetaData, hashes: readonly bigint[], file: AsyncBuffer): Promise<boolean> => {
  if (hashes.length === 0 || chunk.statistics?.null_count === chunk.num_values) return false
  const { bloom_filter_offset: offset, bloom_filter_length: length } = chunk
  if (offset === undefined || length === undefined) return true
  const bytes = await file.slice(Number(offset), Number(offset) + length)
  const filter = readBloomFilter({ view: new DataView(bytes), offset: 0 })
  return !filter || hashes.some((hash) => sbbfContains(filter.blocks, hash))
}

/**
 * Whether a file may hold rows of the subjects, by what its end says: a file that has no filters may, and so may one in some hundred that
 * has them and holds nothing. False is always right.
 */
export const mayHold = async (
  kind: LakeKind,
  { key, size }: StoredFile,
  store: LakeStore,
  { hashes }: Subjects,
): Promise<boolean> => {
  const { owner } = kindOf(kind)
  if (owner.length === 0) return true
  const file = await openTail(key, size, store)
  if (!file) return false
  const { row_groups } = await parquetMetadataAsync(file, { initialFetchSize: tailBytes })
  for (const { columns } of row_groups)
    for (const { meta_data: chunk } of columns) {
      const column = chunk?.path_in_schema[0] ?? ''
      if (chunk && owner.includes(column) && (await mayHave(chunk, hashes[column] ?? [], file))) return true
    }
  return false
}
