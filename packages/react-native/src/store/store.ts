import type { Row, Store } from '@spartito/sdk'
import type { KeyValues } from './key-values.ts'

/** Tells apart a store that was made from one that was not, also when no row is left. */
const mark = '~'

/**
 * The client's durable rows in an app's storage, each under a key of its own behind a prefix: what else the app keeps there is not
 * touched, and several sources do not mix. Calls are carried out one after the other.
 *
 * @see `storeContract` of `@spartito/sdk`
 */
export const createStore = (storage: KeyValues, writeKey: string): Store => {
  const prefix = `spartito:${writeKey}:`
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    // one that fails stops none after it
    last = done.catch(() => undefined)
    return done
  }
  const own = async (): Promise<string[]> => (await storage.keys()).filter((key) => key.startsWith(prefix))

  return {
    exists: () => inTurn(async () => (await own()).length > 0),
    read: () =>
      inTurn(async () => {
        const keys = (await own()).filter((key) => key !== prefix + mark)
        const rows = (await storage.get(keys)).map(([key, value]): Row => [key.slice(prefix.length), value])
        return rows.sort(([a], [b]) => (a < b ? -1 : 1))
      }),
    put: (rows) =>
      inTurn(() => storage.set([[prefix + mark, ''], ...rows.map(([key, value]): Row => [prefix + key, value])])),
    remove: (keys) => inTurn(() => storage.remove(keys.map((key) => prefix + key))),
    clear: () =>
      inTurn(async () => {
        const keys = await own()
        if (keys.length > 0) await storage.remove(keys)
      }),
  }
}
