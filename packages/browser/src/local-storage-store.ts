import type { Row, Store } from '@spartito/sdk'

/**
 * Durable rows in localStorage, for hosts of the client that have no IndexedDB: old WebViews, kiosks, pages of `file:`. It has the
 * contract of every store, but less to give than IndexedDB: about 5 million characters for all of the origin, each call takes the page's
 * own time, and a browser that is killed loses its last seconds. The tag does not use it.
 *
 * @param name keeps the rows of one queue apart; nothing is touched before the first call
 * @returns a store whose `put` rejects, and writes nothing, when localStorage is full or refused
 */
export const createLocalStorageStore = (name: string): Store => {
  // encoded, so that no name begins another's rows
  const prefix = `${encodeURIComponent(name)}/`

  const keys = (): string[] =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))

  const get = (key: string): string | null => localStorage.getItem(prefix + key)

  /** @param value null deletes */
  const set = (key: string, value: string | null): void => {
    if (value === null) localStorage.removeItem(prefix + key)
    else localStorage.setItem(prefix + key, value)
  }

  const exists = async (): Promise<boolean> => keys().length > 0

  const read = async (): Promise<Row[]> =>
    keys()
      .sort()
      .map((key): Row => [key, get(key) ?? ''])

  const put = async (rows: Row[]): Promise<void> => {
    const before: [key: string, value: string | null][] = []
    try {
      for (const [key, value] of rows) {
        before.unshift([key, get(key)])
        set(key, value)
      }
    } catch (error) {
      for (const [key, value] of before) set(key, value)
      throw error
    }
  }

  const remove = async (gone: string[]): Promise<void> => {
    for (const key of gone) set(key, null)
  }

  const clear = async (): Promise<void> => remove(keys())

  return { exists, read, put, remove, clear }
}
