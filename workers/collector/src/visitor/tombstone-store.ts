import type { Tombstone } from '@spartito/engine'

/** A value in the storage by key holds 2 MB. */
const chunkSize = 1_000_000
const hashLength = 11

interface Stored extends Tombstone {
  /** in so many further entries are the keyed hashes of the messageIds that were collected */
  chunks: number
}

/** What is left of an erased object, as it is read: the hashes only when they are asked for. */
export interface KeptTombstone extends Tombstone {
  has(keyedHash: string): boolean
  /** all of them */
  collected(): string
}

const chunkKey = (index: number): string => `tombstone ${index}`

/** The tombstone of an object, in its storage by key. It is read where there is no state, or one that says so: others pay nothing for it. */
export const openTombstone = ({ kv }: DurableObjectStorage) => {
  let hashes: Set<string> | undefined

  const readHashes = (chunks: number): Set<string> => {
    const all = new Set<string>()
    for (let index = 0; index < chunks; index++) {
      const text = kv.get<string>(chunkKey(index)) ?? ''
      for (let at = 0; at < text.length; at += hashLength) all.add(text.slice(at, at + hashLength))
    }
    return all
  }

  return {
    read(): KeptTombstone | undefined {
      hashes = undefined
      const stored = kv.get<Stored>('tombstone')
      if (!stored) return undefined
      const { chunks, ...tombstone } = stored
      return {
        ...tombstone,
        has(hash) {
          hashes ??= readHashes(chunks)
          return hashes.has(hash)
        },
        collected: () => [...readHashes(chunks)].join(''),
      }
    },

    /** @param collected keyed hashes of messageIds, 11 characters each */
    write(tombstone: Tombstone, collected: string): void {
      const step = chunkSize - (chunkSize % hashLength)
      const chunks = Math.ceil(collected.length / step)
      for (let index = 0; index < chunks; index++)
        kv.put(chunkKey(index), collected.slice(index * step, (index + 1) * step))
      kv.put('tombstone', { ...tombstone, chunks } satisfies Stored)
    },

    /** Lets come what comes from now on. @returns whether there is one */
    lift(at: number): boolean {
      const stored = kv.get<Stored>('tombstone')
      if (stored?.mode === 'suppress') kv.put('tombstone', { ...stored, mode: 'erase', at } satisfies Stored)
      return stored !== undefined
    },
  }
}
