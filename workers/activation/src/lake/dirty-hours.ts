import type { HourlyKind } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'

/** An hour that has files which nobody has looked at yet. */
export interface DirtyHour {
  kind: HourlyKind
  /** UTC: `2026-01-31T12` */
  hour: string
  /** when it is to be looked at */
  due: EpochMs
}

/** The hours to look at, a row each: what is told of again while it waits costs none. */
export const openDirtyHours = (sql: SqlStorage) => {
  sql.exec(
    'CREATE TABLE IF NOT EXISTS hours (kind TEXT NOT NULL, hour TEXT NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (kind, hour)) WITHOUT ROWID',
  )
  const keyOf = ({ kind, hour }: Pick<DirtyHour, 'kind' | 'hour'>): string => `${kind} ${hour}`
  const hours = new Map<string, DirtyHour>()
  for (const row of sql.exec('SELECT kind, hour, due FROM hours')) {
    const its = row as unknown as DirtyHour
    hours.set(keyOf(its), its)
  }
  return {
    has: (its: Pick<DirtyHour, 'kind' | 'hour'>): boolean => hours.has(keyOf(its)),

    set(its: DirtyHour): void {
      sql.exec('INSERT OR REPLACE INTO hours (kind, hour, due) VALUES (?, ?, ?)', its.kind, its.hour, its.due)
      hours.set(keyOf(its), its)
    },

    forget({ kind, hour }: Pick<DirtyHour, 'kind' | 'hour'>): void {
      sql.exec('DELETE FROM hours WHERE kind = ? AND hour = ?', kind, hour)
      hours.delete(keyOf({ kind, hour }))
    },

    /** by when they are due, the first first */
    all: (): DirtyHour[] => [...hours.values()].sort((a, b) => a.due - b.due || (keyOf(a) < keyOf(b) ? -1 : 1)),
  }
}
