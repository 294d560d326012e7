import type { SqlFile } from './sql-file.ts'

const table = 'overwriting'

/**
 * What is noted about the writing over. In a table of its own, made when there is something to note, since that is written anew with all
 * others: the runtime's own table is not, and its pages may have been somebody's.
 */
export const readNote = <T>({ sql }: SqlFile, name: string): T | undefined => {
  const [exists] = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table)
  if (!exists) return undefined
  const [row] = sql.exec(`SELECT value FROM ${table} WHERE name = ?`, name)
  return row && (JSON.parse(row.value as string) as T)
}

export const writeNote = ({ sql }: SqlFile, name: string, value: unknown): void => {
  sql.exec(`CREATE TABLE IF NOT EXISTS ${table} (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`)
  sql.exec(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`, name, JSON.stringify(value))
}
