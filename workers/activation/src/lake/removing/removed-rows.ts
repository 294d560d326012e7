import type { LakeKind, RemovedCount, UnnamedCount } from '@spartito/lake'

/** What was taken out of the lake, by kind and hour: a row for each source and reason. */
export const openRemovedRows = (sql: SqlStorage) => {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS removed (kind TEXT NOT NULL, hour TEXT NOT NULL, why TEXT NOT NULL, source TEXT NOT NULL, code TEXT NOT NULL,
      state TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (kind, hour, why, source, code, state)) WITHOUT ROWID`,
  )
  return {
    add(kind: LakeKind, hour: string, why: RemovedCount['why'], counts: readonly UnnamedCount[]): void {
      for (const { source = '', code = '', state = '', rows } of counts)
        sql.exec(
          'INSERT INTO removed VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows',
          ...[kind, hour, why, source, code, state, rows],
        )
    },

    of(kind: LakeKind, hour: string): RemovedCount[] {
      const found = sql.exec<{ why: RemovedCount['why']; source: string; code: string; state: string; rows: number }>(
        'SELECT why, source, code, state, rows FROM removed WHERE kind = ? AND hour = ? ORDER BY why, source, code, state',
        kind,
        hour,
      )
      return [...found].map(({ why, source, code, state, rows }) => ({
        why,
        ...(source !== '' && { source }),
        ...(code !== '' && { code }),
        ...(state !== '' && { state }),
        rows,
      }))
    },
  }
}

export type RemovedRows = ReturnType<typeof openRemovedRows>
