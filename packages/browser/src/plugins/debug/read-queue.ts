/** Rows of the tag's queue, by key. */
export type QueueRow = [key: string, value: string]

/**
 * Reads the tag's rows in IndexedDB and closes it again: what forgets a visitor must not wait for this. Opens no database that is not there,
 * since opening makes one.
 *
 * @returns undefined where there is none, or none may be read
 */
export const readQueue = async (writeKey: string): Promise<QueueRow[] | undefined> => {
  const name = `spartito_${writeKey}`
  try {
    if (!(await indexedDB.databases()).some((database) => database.name === name)) return undefined
    return await new Promise((resolve) => {
      const opening = indexedDB.open(name)
      opening.onerror = () => resolve(undefined)
      // gone meanwhile: leave it gone
      opening.onupgradeneeded = () => opening.transaction!.abort()
      opening.onsuccess = () => {
        const database = opening.result
        const finish = (rows?: QueueRow[]): void => {
          database.close()
          resolve(rows)
        }
        try {
          const reading = database.transaction('rows').objectStore('rows').getAll()
          reading.onsuccess = () => finish(reading.result)
          reading.onerror = () => finish()
        } catch {
          finish()
        }
      }
    })
  } catch {
    // refused by the browser's settings
    return undefined
  }
}
