import type { Ports, Row } from '../ports.ts'
import { within } from '../within.ts'

/** Keys of rows that are no events sort behind every ULID. */
export const stateKey = 'state'
export const dropsKey = 'drops'
export const isEventKey = (key: string): boolean => key < ':'

export interface EventRows {
  /** Allows the store; resolves to what it held, or to nothing after a second. */
  open(): Promise<Map<string, string>>
  /** Keeps a row in memory, and in the store from the next microtask on, one transaction a task (SPEC QU1). */
  put(key: string, value: string): void
  /** Removes rows by key; resolves when no later read sees them, or after a second. */
  remove(keys: string[]): Promise<unknown>
  /** Whether there may be any row. False until `open` or `put`: asking for the lock may write to the device. */
  mayHold(): boolean
  /** every row that waits, of all tabs, the oldest first; this page's own when the store does not answer within a second */
  read(): Promise<Map<string, string>>
  /** this page's rows, for the moment when nothing can be awaited */
  own(): Row[]
  /** Forgets every row, and keeps later ones in memory alone until `open`. */
  clear(): void
}

/** Rows in memory over a durable store. The memory is what leaving pages send, and all there is where storage is refused. */
export const createRows = (ports: Pick<Ports, 'store' | 'timer'>): EventRows => {
  const memory = new Map<string, string>()
  const unsaved = new Set<string>()
  let isDurable = false
  let isSaving = false

  const load = async (): Promise<Map<string, string>> =>
    new Map(isDurable ? await within(ports.timer, ports.store.read) : [])

  const save = async (): Promise<void> => {
    isSaving = false
    if (!isDurable) return
    const batch = [...memory].filter(([key]) => unsaved.has(key))
    try {
      await ports.store.put(batch)
      for (const [key] of batch) unsaved.delete(key)
    } catch {
      // refused or full: the rows stay in memory, and the next save tries them again
    }
  }

  const open = (): Promise<Map<string, string>> => {
    isDurable = true
    return load()
  }

  const put = (key: string, value: string): void => {
    memory.set(key, value)
    unsaved.add(key)
    if (!isSaving) queueMicrotask(save)
    isSaving = true
  }

  const remove = (keys: string[]): Promise<unknown> => {
    for (const key of keys) memory.delete(key)
    return within(ports.timer, async () => isDurable && ports.store.remove(keys))
  }

  const read = async (): Promise<Map<string, string>> => {
    const stored = await load()
    // the state's row tells a store that another tab has sent from and one that was emptied
    const isIntact = stored.has(stateKey)
    for (const [key, value] of memory)
      if (!stored.has(key))
        if (isIntact && !unsaved.has(key)) memory.delete(key)
        else stored.set(key, value)
    return stored
  }

  const mayHold = (): boolean => isDurable || memory.size > 0

  const own = (): Row[] => [...memory]

  const clear = (): void => {
    memory.clear()
    isDurable = false
    void within(ports.timer, ports.store.clear)
  }

  return { open, put, remove, mayHold, read, own, clear }
}
