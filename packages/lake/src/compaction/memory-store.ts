import { type LakeStore, storedFile } from './stored-file.ts'

/** A bucket in memory whose parts of a step may be cut off, for tests. */
export interface MemoryStore extends LakeStore {
  bodies: Map<string, ArrayBuffer | string>
}

/**
 * @param pass is told before each request, and after each that writes; when it throws, the caller never hears of the request
 */
export const memoryStore = (pass: (at: string) => void = () => {}): MemoryStore => {
  const bodies = new Map<string, ArrayBuffer | string>()
  const metadata = new Map<string, Record<string, string>>()
  return {
    bodies,
    async list(folder) {
      pass('list')
      const keys = [...bodies.keys()].filter((key) => key.startsWith(folder)).sort()
      return keys.map((key) => storedFile(key, (bodies.get(key) as ArrayBuffer).byteLength, metadata.get(key)))
    },
    async read(key) {
      pass('read')
      return bodies.get(key) as ArrayBuffer | undefined
    },
    async readPart(key, start, end) {
      pass('read')
      return (bodies.get(key) as ArrayBuffer | undefined)?.slice(start, end)
    },
    async write(key, body, its) {
      pass('before write')
      bodies.set(key, body)
      metadata.set(key, its)
      pass('after write')
    },
    async remove(keys) {
      // A bucket deletes one by one: whatever ends it may do so between two of them.
      for (const key of keys) {
        pass('before remove')
        bodies.delete(key)
      }
      pass('after remove')
    },
  }
}
