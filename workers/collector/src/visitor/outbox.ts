import { resendDelayMs } from '@spartito/engine'
import {
  type AudienceChange,
  type ConsentNotice,
  type EpochMs,
  noticeKey,
  type ProfileNotice,
} from '@spartito/protocol'

/** What is kept for the consumer of changes until it has confirmed it. */
export type Outgoing = AudienceChange | ProfileNotice | ConsentNotice

/** Its key: a change's `seq`; a notice, which takes none (AU6), is below 0. */
export const outboxKey = (outgoing: Outgoing): number => ('seq' in outgoing ? outgoing.seq : noticeKey(outgoing))

export interface Pending {
  /** epoch ms at which it is sent again unless confirmed */
  dueAt: EpochMs
  attempts: number
}

interface InRow extends Pending {
  entry: Outgoing
}

/** UTF-16 units that the state's entry takes; what is more goes into a table, since a row holds 2 MB and is written with each request. */
const maxInRow = 32 * 1024

/**
 * What no consumer has confirmed yet. It lies in the state's entry, which is written with what begins to wait and with
 * whatever comes next, so that a change that is confirmed soon costs no row of its own. Who writes that row asks for `text`.
 */
export const createOutbox = (sql: SqlStorage) => {
  const pending = new Map<number, Pending>()
  const inRow = new Map<number, InRow>()
  let hasTable = false
  let size = 0
  let isStale = false

  const keep = (key: number, its: InRow): void => {
    pending.set(key, its)
    inRow.set(key, its)
    size += JSON.stringify(its).length
  }

  const drop = (key: number, its: InRow): void => {
    inRow.delete(key)
    size -= JSON.stringify(its).length
    isStale = true
  }

  const insert = (key: number, { dueAt, attempts, entry }: InRow): void => {
    if (!hasTable)
      sql.exec(`CREATE TABLE IF NOT EXISTS outbox
        (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, body TEXT NOT NULL)`)
    hasTable = true
    const values = [key, dueAt, attempts, JSON.stringify(entry)]
    sql.exec('INSERT INTO outbox (seq, due_at, attempts, body) VALUES (?, ?, ?, ?)', ...values)
    pending.set(key, { dueAt, attempts })
  }

  const bodyOf = (key: number): Outgoing =>
    inRow.get(key)?.entry ??
    (JSON.parse(sql.exec<{ body: string }>('SELECT body FROM outbox WHERE seq = ?', key).one().body) as Outgoing)

  return {
    pending: pending as ReadonlyMap<number, Pending>,

    /** @param text of the state's entry */
    load(text: string | null): void {
      pending.clear()
      inRow.clear()
      size = 0
      isStale = false
      for (const its of text === null ? [] : (JSON.parse(text) as InRow[])) keep(outboxKey(its.entry), its)
      hasTable = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").toArray().length > 0
      if (!hasTable) return
      for (const { seq, dueAt, attempts } of sql.exec<{ seq: number; dueAt: number; attempts: number }>(
        'SELECT seq, due_at AS dueAt, attempts FROM outbox',
      ))
        pending.set(seq, { dueAt, attempts })
    },

    /** Within the caller's transaction, which writes the `text` too. */
    add(outgoing: readonly Outgoing[]): void {
      for (const entry of outgoing) {
        // It is sent right after the commit; what is kept is what a lost message is sent from again.
        const its = { dueAt: entry.emittedAt + resendDelayMs(1), attempts: 1, entry }
        if (size + JSON.stringify(its).length <= maxInRow) keep(outboxKey(entry), its)
        else insert(outboxKey(entry), its)
      }
    },

    /** What the state's entry is to hold; null when that is nothing. */
    text: (): string | null => (inRow.size === 0 ? null : JSON.stringify([...inRow.values()])),

    /** The `text` has been stored. */
    stored(): void {
      isStale = false
    },

    /** Whether the stored text has still to lose what was confirmed. */
    isStale: (): boolean => isStale,

    due: (now: EpochMs, limit: number): Outgoing[] =>
      [...pending]
        .filter(([, { dueAt }]) => dueAt <= now)
        .slice(0, limit)
        .map(([key]) => bodyOf(key)),

    /** Within the caller's transaction, which writes the `text` too. */
    markSent(sent: ReadonlyMap<number, Pending>): void {
      for (const [key, { dueAt, attempts }] of sent) {
        const its = inRow.get(key)
        if (its) Object.assign(its, { dueAt, attempts })
        else if (pending.has(key)) {
          sql.exec('UPDATE outbox SET due_at = ?, attempts = ? WHERE seq = ?', dueAt, attempts, key)
          pending.set(key, { dueAt, attempts })
        }
      }
    },

    /**
     * Within the caller's transaction. What was sent once has its alarm within 5 s, before an idle object is put away. The
     * later ones are far apart: forgotten in between, it would be sent again at each of them.
     *
     * @returns whether the `text` has to be stored now
     */
    confirm(keys: readonly number[]): boolean {
      let isUrgent = false
      for (const key of keys) {
        if (!pending.delete(key)) continue
        const its = inRow.get(key)
        if (its) {
          drop(key, its)
          isUrgent ||= its.attempts > 1
        } else sql.exec('DELETE FROM outbox WHERE seq = ?', key)
      }
      return isUrgent
    },
  }
}
