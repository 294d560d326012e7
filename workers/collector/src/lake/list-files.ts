import { folderOf, type LakeKind, readFileKey } from '@spartito/lake'
import type { Hours } from './hours.ts'

export interface ListedFile {
  key: string
  /** bytes */
  size: number
  /** absent of files that were written before files said so */
  rows?: number
  /** another one when the file was stored anew: without somebody's rows it may have the same size */
  etag: string
}

/**
 * Files of a kind by their keys, from an hour on; of profiles by day.
 *
 * @param after a key: those that follow it
 * @returns `next` is the `after` of the next page; null at the end. A page may be empty and not the last.
 */
export const listFiles = async (
  bucket: R2Bucket,
  kind: LakeKind,
  { from, to }: Hours,
  after: string | undefined,
  limit: number,
): Promise<{ files: ListedFile[]; next: string | null }> => {
  const first = folderOf(kind, from)
  const page = await bucket.list({
    prefix: `${kind}/`,
    limit,
    // Keys are in the order of time, so that a look at one hour reads no other.
    startAfter: after !== undefined && after > first ? after : first,
    include: ['customMetadata'],
  })
  const last = kind === 'profiles' ? to.slice(0, 10) : to
  const files: ListedFile[] = []
  for (const { key, size, etag, customMetadata } of page.objects) {
    const named = readFileKey(key)
    if (named && named.hour > last) return { files, next: null }
    if (named)
      files.push({ key, size, etag, ...(customMetadata?.rows !== undefined && { rows: Number(customMetadata.rows) }) })
  }
  return { files, next: page.truncated ? (page.objects.at(-1)?.key ?? null) : null }
}
