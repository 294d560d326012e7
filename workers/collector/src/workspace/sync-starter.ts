import type { EpochMs } from '@spartito/protocol'
import type { SyncStep } from '@spartito/workspace'

interface Ports {
  sql: SqlStorage
  /** @param key asked for twice under the same key it is one run */
  begin(step: SyncStep, key: string, version: number): Promise<unknown>
}

interface Row {
  id: number
  starts_at: number
  version: number
  step: string
}

/** How long one that could not be begun waits. */
const againMs = 5_000

/**
 * Has the destinations of a new version told of the members that are there already (SPEC DE7), once every isolate knows the version.
 * What is to begin is stored with the version, and forgotten when it has begun.
 */
export const createSyncStarter = ({ sql, begin }: Ports) => {
  sql.exec(`CREATE TABLE IF NOT EXISTS syncs (id INTEGER PRIMARY KEY, starts_at INTEGER NOT NULL, version INTEGER NOT NULL,
    step TEXT NOT NULL)`)

  return {
    plan(version: number, steps: readonly SyncStep[], startsAt: EpochMs): void {
      for (const step of steps)
        sql.exec(
          'INSERT INTO syncs (starts_at, version, step) VALUES (?, ?, ?)',
          startsAt,
          version,
          JSON.stringify(step),
        )
    },

    /** Begins what is due; what cannot be begun now is tried again later. */
    async advance(now: EpochMs): Promise<void> {
      const due = sql.exec<{ [K in keyof Row]: Row[K] }>('SELECT * FROM syncs WHERE starts_at <= ? ORDER BY id', now)
      for (const { id, version, step } of due.toArray()) {
        try {
          await begin(JSON.parse(step) as SyncStep, `version ${version} ${id}`, version)
          sql.exec('DELETE FROM syncs WHERE id = ?', id)
        } catch (error) {
          console.error(JSON.stringify({ at: 'workspace.sync', error: String(error) }))
          sql.exec('UPDATE syncs SET starts_at = ? WHERE id = ?', now + againMs, id)
        }
      }
    },

    dueAt: (): EpochMs | undefined =>
      sql.exec<{ at: number | null }>('SELECT min(starts_at) AS at FROM syncs').one().at ?? undefined,
  }
}
