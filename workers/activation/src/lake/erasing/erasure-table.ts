import type { LakeErasureState } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'

/** In which pass an erasure is: `waiting` for the next one, in the one under `way`, or `done`. */
type Place = 'waiting' | 'way' | 'done'

export const openErasureTable = (sql: SqlStorage) => {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS erasures (id TEXT PRIMARY KEY, place TEXT NOT NULL, askedAt INTEGER NOT NULL,
      state TEXT NOT NULL) WITHOUT ROWID`,
  )
  const read = (id: string): LakeErasureState | undefined => {
    const [found] = sql.exec<{ state: string }>('SELECT state FROM erasures WHERE id = ?', id)
    return found && (JSON.parse(found.state) as LakeErasureState)
  }
  const write = (id: string, state: LakeErasureState): void => {
    sql.exec('UPDATE erasures SET state = ? WHERE id = ?', JSON.stringify(state), id)
  }
  return {
    read,

    /** @returns false when it is known already */
    begin(id: string, askedAt: EpochMs): boolean {
      if (read(id)) return false
      const state: LakeErasureState = { isDone: false, filesRead: 0, filesRewritten: 0, files: 0, rows: {} }
      sql.exec('INSERT INTO erasures VALUES (?, ?, ?, ?)', id, 'waiting', askedAt, JSON.stringify(state))
      return true
    },

    /** the oldest first */
    in: (place: Place, limit: number): string[] =>
      [
        ...sql.exec<{ id: string }>(
          'SELECT id FROM erasures WHERE place = ? ORDER BY askedAt, id LIMIT ?',
          place,
          limit,
        ),
      ].map(({ id }) => id),

    /** when the one that waits longest was asked for */
    oldestAsk: (): EpochMs | undefined =>
      sql.exec<{ at: EpochMs | null }>("SELECT min(askedAt) AS at FROM erasures WHERE place = 'waiting'").one().at ??
      undefined,

    move(ids: readonly string[], place: Place): void {
      for (const id of ids) sql.exec('UPDATE erasures SET place = ? WHERE id = ?', place, id)
    },

    /** Adds rows of a kind to those that went already. */
    count(kind: string, rows: Readonly<Record<string, number>>): void {
      for (const [id, its] of Object.entries(rows)) {
        const state = read(id)
        if (state) write(id, { ...state, rows: { ...state.rows, [kind]: (state.rows[kind] ?? 0) + its } })
      }
    },

    end(ids: readonly string[], files: Pick<LakeErasureState, 'files' | 'filesRead' | 'filesRewritten'>): void {
      for (const id of ids) {
        const state = read(id)
        if (state) write(id, { ...state, ...files, isDone: true })
      }
      this.move(ids, 'done')
    },
  }
}

export type ErasureTable = ReturnType<typeof openErasureTable>
