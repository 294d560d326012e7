import type { Row, Store } from '@spartito/sdk'
import type { KeyValues } from './key-values.ts'

/** Tells apart a store that was made from one that was not, also when no row is left. */
const mark = '~'

/**
 * The client's durable rows in an app's storage, each under a key of its own behind a prefix: what else the app keeps there is not
 * touched, and several sources do not mix. Calls are carried out one after the other.
 *
 * The storage is read once: an app is one process with one client for each write key, and a queue of days would else cross to the native
 * side anew for each batch of its events.
 *
 * @see `storeContract` of `@spartito/sdk`
 */
export const createStore = (storage: KeyValues, writeKey: string): Store => {
  const prefix = `spartito:${writeKey}:`
  let last: Promise<unknown> = Promise.resolve()
  /** what the storage holds; undefined until it is read, and when a write has failed and nobody knows how far it came */
  let kept: Map<string, string> | undefined

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    // one that fails stops none after it
    last = done.catch(() => undefined)
    return done
  }
  const own = async (): Promise<string[]> => (await storage.keys()).filter((key) => key.startsWith(prefix))

  const load = async (): Promise<Map<string, string>> => {
    const keys = (await own()).filter((key) => key !== prefix + mark)
    return new Map((await storage.get(keys)).map(([key, value]) => [key.slice(prefix.length), value]))
  }

  /** Writes to the storage, then notes it. */
  const write = (work: () => Promise<unknown>, note: (rows: Map<string, string>) => void): Promise<unknown> =>
    inTurn(async () => {
      const before = kept
      kept = undefined
      await work()
      if (before) note(before)
      kept = before
    })

  return {
    exists: () => inTurn(async () => (await own()).length > 0),
    read: () =>
      inTurn(async () => {
        kept ??= await load()
        return [...kept].sort(([a], [b]) => (a < b ? -1 : 1))
      }),
    put: (rows) =>
      write(
        () => storage.set([[prefix + mark, ''], ...rows.map(([key, value]): Row => [prefix + key, value])]),
        (its) => {
          for (const [key, value] of rows) its.set(key, value)
        },
      ),
    remove: (keys) =>
      write(
        () => storage.remove(keys.map((key) => prefix + key)),
        (its) => {
          for (const key of keys) its.delete(key)
        },
      ),
    clear: () =>
      write(
        async () => {
          const keys = await own()
          if (keys.length > 0) await storage.remove(keys)
        },
        (its) => its.clear(),
      ),
  }
}
