import type { Tally } from '@spartito/engine'
import { sumsOf } from '../stats/applied-units.ts'

/** How many events of a source and hour are in the quarantine, or have left it otherwise than to a profile; a row for each count. */
export const openQuarantineCounts = (sql: SqlStorage) => {
  sql.exec(`CREATE TABLE IF NOT EXISTS counts (
      source TEXT NOT NULL, hour TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (source, hour, outcome, code)) WITHOUT ROWID`)
  let pending: Tally[] = []
  return {
    add: (tally: Tally): void => void pending.push(tally),

    /** Stores what was added, within the caller's transaction. */
    flush(): void {
      const sums = sumsOf(pending).filter(({ count }) => count !== 0)
      pending = []
      for (const { source, hour, outcome, code = '', count } of sums)
        sql.exec(
          `INSERT INTO counts (source, hour, outcome, code, count) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (source, hour, outcome, code) DO UPDATE SET count = count + excluded.count`,
          ...[source, hour, outcome, code, count],
        )
    },

    all: (): Tally[] =>
      sql
        .exec('SELECT source, hour, outcome, code, count FROM counts WHERE count <> 0')
        .toArray() as unknown as Tally[],
  }
}
