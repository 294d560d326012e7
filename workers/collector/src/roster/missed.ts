import type { Listed } from './roster-store.ts'

/** Those whom a sweep of this shard has missed, by the order in which they were noted. */
export interface Missed {
  create(): void
  add(listed: Listed): void
  read(limit: number): (Listed & { id: number })[]
  /** forgets those up to an id */
  settle(id: number): void
  /** somebody was erased */
  erase(visitor: string): void
}

export const openMissed = (sql: SqlStorage): Missed => ({
  create() {
    sql.exec('CREATE TABLE missed (id INTEGER PRIMARY KEY, profile_id TEXT NOT NULL, visitor TEXT NOT NULL)')
  },
  add({ profileId, visitor }) {
    sql.exec('INSERT INTO missed (profile_id, visitor) VALUES (?, ?)', profileId, visitor)
  },
  read: (limit) =>
    sql
      .exec<{ id: number; profileId: string; visitor: string }>(
        'SELECT id, profile_id AS profileId, visitor FROM missed ORDER BY id LIMIT ?',
        limit,
      )
      .toArray(),
  settle(id) {
    sql.exec('DELETE FROM missed WHERE id <= ?', id)
  },
  erase(visitor) {
    sql.exec('DELETE FROM missed WHERE visitor = ?', visitor)
  },
})
