import type { Row, Store } from '../ports.ts'

export interface MemoryStore extends Store {
  rows: Map<string, string>
  /** what every call does instead of its work, while set */
  fault?: 'reject' | 'throw' | 'hang' | undefined
  /** the rows of each `put`, in order */
  puts: Row[][]
}

/** The store's contract in memory, with faults on demand. It exists from its first write or read on, as a database does. */
export const createMemoryStore = (): MemoryStore => {
  const rows = new Map<string, string>()
  let isThere = false

  const answer = <Result>(work: () => Result): Promise<Result> => {
    if (store.fault === 'throw') throw new Error('refused')
    if (store.fault === 'reject') return Promise.reject(new Error('refused'))
    if (store.fault === 'hang') return new Promise(() => undefined)
    return Promise.resolve(work())
  }
  const store: MemoryStore = {
    rows,
    puts: [],
    exists: () => answer(() => isThere),
    read: () =>
      answer(() => {
        isThere = true
        return [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
      }),
    put: (batch) =>
      answer(() => {
        isThere = true
        store.puts.push(batch)
        for (const [key, value] of batch) rows.set(key, value)
      }),
    remove: (keys) =>
      answer(() => {
        for (const key of keys) rows.delete(key)
      }),
    clear: () => answer(() => rows.clear()),
  }
  return store
}
