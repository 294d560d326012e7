import type { LakeKind } from '@spartito/lake'
import type { Folder } from './pass-state.ts'

/** The hours that were written to while a pass is under way: a row each, however often it is told. */
export const openNoted = (sql: SqlStorage) => {
  sql.exec(
    'CREATE TABLE IF NOT EXISTS noted (kind TEXT NOT NULL, hour TEXT NOT NULL, PRIMARY KEY (kind, hour)) WITHOUT ROWID',
  )
  const all = (): Folder[] => [...sql.exec('SELECT kind, hour FROM noted ORDER BY kind, hour')] as unknown as Folder[]
  const known = new Set(all().map(({ kind, hour }) => `${kind} ${hour}`))
  return {
    all,

    add({ kind, hour }: { kind: LakeKind; hour: string }): void {
      if (known.has(`${kind} ${hour}`)) return
      sql.exec('INSERT OR IGNORE INTO noted VALUES (?, ?)', kind, hour)
      known.add(`${kind} ${hour}`)
    },

    clear(): void {
      sql.exec('DELETE FROM noted')
      known.clear()
    },
  }
}
