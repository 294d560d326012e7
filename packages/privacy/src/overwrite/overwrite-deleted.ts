import { fillFree } from './fill-free.ts'
import { readNote, writeNote } from './notes.ts'
import type { SqlFile } from './sql-file.ts'

/** A file below this grows to it: SQLite looks whether its log may begin anew when that has 4 MB. */
const leastBytes = 5_000_000
/** A larger file is left as it is: one transaction has to write all of it. */
const mostBytes = 268_435_456
const noteEachBytes = 2_000_000
/** Each overwrites what the log has of the one before. */
const rounds = 3

const fileKey = 'overwritten file'
const quoted = (name: string): string => `"${name}"`
const copyOf = (name: string): string => quoted(`overwrite_${name}`)

/** What SQLite was told to make of a name. */
const made = (sql: SqlFile['sql'], type: 'table' | 'index', name: string): string[] =>
  [...sql.exec('SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL', type, name)].map(
    (row) => row.sql as string,
  )

/** All but SQLite's own, and the runtime's. */
const tablesOf = (sql: SqlFile['sql']): string[] =>
  [...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")]
    .map((row) => row.name as string)
    .filter((name) => !/^(_cf_|sqlite_)/.test(name))

/** Writes a table a second time, so that no page of it has a gap in which deleted rows may lie. */
const copy = (sql: SqlFile['sql'], name: string): void => {
  const [table] = made(sql, 'table', name)
  sql.exec(table!.replace(/^CREATE TABLE\s+(?:"[^"]+"|\w+)/i, `CREATE TABLE ${copyOf(name)}`))
  sql.exec(`INSERT INTO ${copyOf(name)} SELECT * FROM ${quoted(name)}`)
}

/** Puts a table's copy in its place. */
const replace = (sql: SqlFile['sql'], name: string): void => {
  const isNumbered = made(sql, 'table', name).some((table) => /\bAUTOINCREMENT\b/i.test(table))
  const [last] = isNumbered ? [...sql.exec('SELECT seq FROM sqlite_sequence WHERE name = ?', name)] : []
  sql.exec(`DROP TABLE ${quoted(name)}`)
  sql.exec(`ALTER TABLE ${copyOf(name)} RENAME TO ${quoted(name)}`)
  if (!isNumbered) return
  // A number that was given is not given again, also when its row is gone.
  sql.exec('DELETE FROM sqlite_sequence WHERE name = ?', name)
  if (last) sql.exec('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', name, last.seq as number)
}

/** How large the file is at most, as far as that was noted: pages that were freed stay in it. */
const fileBytesNoted = (file: SqlFile): number => Math.max(leastBytes, readNote<number>(file, fileKey) ?? 0)
const fileBytes = (file: SqlFile): number => Math.max(fileBytesNoted(file), file.sql.databaseSize)

/**
 * Notes how large a file is, for a later `overwriteDeleted`: called by whoever is about to delete much. A row each 2 MB that it has grown by;
 * any other call writes nothing.
 */
export const noteFileSize = (file: SqlFile): void => {
  const { databaseSize } = file.sql
  if (databaseSize > leastBytes && databaseSize > fileBytesNoted(file))
    writeNote(file, fileKey, Math.ceil(databaseSize / noteEachBytes) * noteEachBytes)
}

/**
 * Writes over what was deleted from a Durable Object's SQLite file. SQLite leaves deleted rows in free pages, in gaps of pages and in its log,
 * and an object may set neither `secure_delete` nor call `VACUUM` or a checkpoint. So free pages are filled with zeros, the tables are copied
 * into them, what they leave is filled, and that again until the log has nothing else. Each round is one transaction; cut off anywhere the rows
 * are whole, and it is to be called again.
 *
 * Costs a row written for each row of its tables, and some 3 times the file's bytes.
 *
 * @returns false when the file is too large, and is left as it was
 * @throws Error what SQLite says, with nothing changed
 */
export const overwriteDeleted = async (file: SqlFile): Promise<boolean> => {
  const { sql, kv } = file
  if (fileBytes(file) > mostBytes) return false
  for (let round = 0; round < rounds; round++) {
    file.transactionSync(() => {
      // Whatever is free in a file of this size is taken.
      const bytes = fillFree(sql, fileBytes(file))
      if (round > 0) return
      const tables = tablesOf(sql)
      // First all, since what one lets go of is no page for the next.
      for (const name of tables) copy(sql, name)
      const most = Math.max(bytes, sql.databaseSize)
      const indexes = tables.flatMap((name) => made(sql, 'index', name))
      for (const name of tables) replace(sql, name)
      // The runtime's own table cannot be copied: its values let go of their pages, whose last have gaps, and get others.
      const values = [...kv.list()]
      for (const [key] of values) kv.delete(key)
      writeNote(file, fileKey, fillFree(sql, most))
      for (const [key, value] of values) kv.put(key, value)
      for (const index of indexes) sql.exec(index)
    })
    // In the log before the next one begins.
    await file.sync()
  }
  return true
}
