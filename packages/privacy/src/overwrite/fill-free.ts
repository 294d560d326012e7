import type { SqlFile } from './sql-file.ts'

const tableName = 'overwrite_zeros'
/** Pages of a row of zeros at most: a value may have 2 MB. */
const mostPages = 400
const rowsOfLeaf = 8

/** Bytes of an integer as SQLite writes it, 7 bits each. */
const varintBytes = (value: number): number => (value < 128 ? 1 : 1 + varintBytes(Math.floor(value / 128)))

/**
 * How long a row of zeros has to be so that it leaves no gap in any page: its overflow fills whole pages, and with the rows beside it what it has
 * in the leaf fills that. Source: the file format of SQLite, "B-tree Pages" and "Cell Payload Overflow Pages".
 *
 * @param pageSize bytes of a page
 * @param id the row's
 * @param overflowPages how many pages it has beside its share of a leaf
 * @returns bytes of zeros
 */
export const zerosOf = (pageSize: number, id: number, overflowPages: number): number => {
  const [leafHeader, cellPointer, overflowPointer] = [8, 2, 4]
  const cell = Math.floor((pageSize - leafHeader) / rowsOfLeaf) - cellPointer
  const overflow = overflowPages * (pageSize - overflowPointer)
  const local = cell - overflowPointer - varintBytes(overflow) - varintBytes(id)
  const payload = local + overflow
  // The record's header: its own length, a type for the id (that is the row's key) and one for the bytes.
  return payload - 2 - varintBytes(2 * payload)
}

/**
 * Takes the free pages of a file, writes zeros over all of each, and lets go of them.
 *
 * @param until bytes: so many are in use at the end, before they are let go of. What the file has had at most, so that no page is left out.
 * @returns how many bytes were in use then
 */
export const fillFree = (sql: SqlFile['sql'], until: number): number => {
  const [row] = sql.exec('PRAGMA page_size')
  const pageSize = row!.page_size as number
  sql.exec(`CREATE TABLE ${tableName} (id INTEGER PRIMARY KEY, zeros BLOB NOT NULL)`)
  for (let [id, left] = [1, until - sql.databaseSize]; left > 0; left = until - sql.databaseSize) {
    // As few rows as can be, since each costs; and no more pages than are left, so that the file does not grow each time.
    const pages = Math.min(mostPages, Math.max(1, Math.floor(left / (rowsOfLeaf * pageSize))))
    // Whole leaves alone have no gap.
    for (const end = id + rowsOfLeaf; id < end; id++)
      sql.exec(`INSERT INTO ${tableName} VALUES (?, zeroblob(?))`, id, zerosOf(pageSize, id, pages))
  }
  const bytes = sql.databaseSize
  sql.exec(`DROP TABLE ${tableName}`)
  return bytes
}
