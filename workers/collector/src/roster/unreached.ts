import type { EpochMs } from '@spartito/protocol'

/** Visits of one visitor in one sweep, the first among them. */
export const maxTries = 5
const firstDelayMs = 3_000
const growth = 4

/** How long after so many failed visits the next one is made: 3, 12, 48, then 192 s, as an overload or a deploy may last. */
export const delayAfter = (tries: number): number => firstDelayMs * growth ** (tries - 1)

/**
 * Those whose visits failed. They wait in the order of their last visit; one that failed as often as may be is given up
 * on, and kept for the next sweep.
 */
export interface Unreached {
  create(): void
  /**
   * Notes who could not be visited, each behind all others, so that what was read before is settled by its last id.
   *
   * @returns how many of them will be visited again
   */
  note(visitors: readonly string[], now: EpochMs): number
  /** the next whose delay is over */
  read(limit: number, now: EpochMs): { id: number; visitor: string }[]
  /** when the next visit is due; undefined when nobody waits */
  dueAt(): EpochMs | undefined
  /** forgets those up to an id, but for whom was given up on */
  settle(id: number): void
  /** a sweep begins: everybody here waits for its visits, at once */
  revive(): void
  /** somebody was erased */
  erase(visitor: string): void
  /** a sweep begins that visits everybody anyway */
  clear(): void
}

export const openUnreached = (sql: SqlStorage): Unreached => {
  const triesOf = (visitor: string): number =>
    sql.exec<{ tries: number }>('SELECT tries FROM unreached WHERE visitor = ?', visitor).toArray()[0]?.tries ?? 0

  const waiting = (limit: number) =>
    sql
      .exec<{ id: number; visitor: string; dueAt: number }>(
        'SELECT id, visitor, due_at AS dueAt FROM unreached WHERE tries < ? ORDER BY id LIMIT ?',
        maxTries,
        limit,
      )
      .toArray()

  return {
    create() {
      sql.exec(`CREATE TABLE IF NOT EXISTS unreached (id INTEGER PRIMARY KEY, visitor TEXT NOT NULL UNIQUE,
        tries INTEGER NOT NULL, due_at INTEGER NOT NULL)`)
    },
    note(visitors, now) {
      let again = 0
      for (const visitor of visitors) {
        const tries = triesOf(visitor) + 1
        // What is replaced takes a new id.
        sql.exec(
          'INSERT OR REPLACE INTO unreached (visitor, tries, due_at) VALUES (?, ?, ?)',
          visitor,
          tries,
          now + delayAfter(tries),
        )
        if (tries < maxTries) again++
      }
      return again
    },
    read(limit, now) {
      const next = waiting(limit)
      const early = next.findIndex(({ dueAt }) => dueAt > now)
      return early < 0 ? next : next.slice(0, early)
    },
    dueAt: () => waiting(1)[0]?.dueAt,
    settle(id) {
      sql.exec('DELETE FROM unreached WHERE id <= ? AND tries < ?', id, maxTries)
    },
    revive() {
      sql.exec('UPDATE unreached SET tries = 0, due_at = 0')
    },
    erase(visitor) {
      sql.exec('DELETE FROM unreached WHERE visitor = ?', visitor)
    },
    clear() {
      sql.exec('DELETE FROM unreached')
    },
  }
}
