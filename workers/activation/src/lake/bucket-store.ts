import { type LakeStore, type StoredFile, storedFile } from '@spartito/lake'

/** How many keys one request may delete. */
const maxDeleted = 1_000

/** The bucket as compaction uses it. */
export const bucketStore = (bucket: R2Bucket): LakeStore => ({
  async list(folder) {
    const files: StoredFile[] = []
    for (let cursor: string | undefined, isMore = true; isMore; ) {
      const page = await bucket.list({ prefix: folder, include: ['customMetadata'], ...(cursor && { cursor }) })
      for (const { key, size, customMetadata } of page.objects) files.push(storedFile(key, size, customMetadata))
      isMore = page.truncated
      cursor = page.truncated ? page.cursor : undefined
    }
    return files
  },
  read: async (key) => (await bucket.get(key))?.arrayBuffer(),
  readPart: async (key, start, end) =>
    (await bucket.get(key, { range: { offset: start, length: end - start } }))?.arrayBuffer(),
  async write(key, body, customMetadata) {
    await bucket.put(key, body, { customMetadata })
  },
  async remove(keys) {
    for (let at = 0; at < keys.length; at += maxDeleted) await bucket.delete(keys.slice(at, at + maxDeleted))
  },
})
