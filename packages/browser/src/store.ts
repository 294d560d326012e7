import type { Row, Store } from '@spartito/sdk'
import { promisifyRequest, type UseStore } from 'idb-keyval'

/**
 * The durable queue's store: IndexedDB. Where the browser has closed the database of a sleeping page and does not say
 * so (Safari), every call rejects until the next page, and the queue lives in memory meanwhile.
 *
 * @param name the database that `use` opens at its first call
 */
export const createStore = (name: string, use: UseStore): Store => {
  const write = (work: (rows: IDBObjectStore) => void): Promise<unknown> =>
    use('readwrite', (rows) => {
      work(rows)
      // at once: what would commit by itself is rolled back when the page is gone first
      rows.transaction.commit()
      return promisifyRequest(rows.transaction)
    })

  const exists = async (): Promise<boolean> => (await indexedDB.databases()).some((database) => database.name === name)

  const read = (): Promise<Row[]> => use('readonly', (rows) => promisifyRequest(rows.getAll()))

  const put = (batch: Row[]): Promise<unknown> =>
    write((rows) => {
      for (const row of batch) rows.put(row, row[0])
    })

  const remove = (keys: string[]): Promise<unknown> =>
    write((rows) => {
      for (const key of keys) rows.delete(key)
    })

  const clear = async (): Promise<unknown> => (await exists()) && write((rows) => rows.clear())

  return { exists, read, put, remove, clear }
}
