import {
  type Ledger,
  type LedgerAppend,
  type LedgerEntry,
  parseLedger,
  resendDelayMs,
  schemaVersion,
  type VisitorState,
} from '@spartito/engine'
import type { AudienceChange, ProfileNotice } from '@spartito/protocol'
import { allBlocks, blocksPerFragment, createStateRow, stateTable } from './state-row.ts'

const hashLength = 11

/** What an outbox row carries to the consumer of changes. */
export type Outgoing = AudienceChange | ProfileNotice

/** The key of its outbox row: a change's `seq`; a notice, which takes none (AU6), is below 0. */
export const outboxKey = (outgoing: Outgoing): number => ('seq' in outgoing ? outgoing.seq : -outgoing.order)

export interface OutboxRow {
  /** see `outboxKey` */
  seq: number
  /** epoch ms at which it is sent again unless confirmed */
  dueAt: number
  attempts: number
}

export interface Block {
  id: number
  fragment: number
  entries: LedgerEntry[]
}

/**
 * What one Visitor object keeps: its state (one row, the open block with it), the ledger (a row a full block) and the outbox (a row a change or notice
 * that no consumer has confirmed). All methods are synchronous, so a transaction is a plain function.
 */
export interface VisitorStore extends Ledger {
  /** undefined when nothing was ever stored */
  state: VisitorState | undefined
  outbox: ReadonlyMap<number, OutboxRow>
  /** one transaction: state, ledger, outbox, and what `more` does, such as setting the alarm */
  commit(state: VisitorState, appends: readonly LedgerAppend[], outgoing: readonly Outgoing[], more?: () => void): void
  /** replaces the state in memory alone; the next commit stores it */
  hold(state: VisitorState): void
  /** the next blocks after a block id, oldest first, until they hold more than `maxSize` UTF-16 units */
  blocksAfter(id: number, maxSize: number): { blocks: Block[]; isLast: boolean }
  /** the entries of commits after `commit` that arrived here, oldest commit first */
  entriesAfter(commit: number, fragments: readonly number[]): Map<number, string[]>
  /** the newest entries of each fragment */
  newest(fragment: number, limit: number): string[]
  outgoingDue(now: number, limit: number): Outgoing[]
  markSent(rows: readonly OutboxRow[]): void
  confirm(seqs: readonly number[]): void
  forgetLedger(): void
}

/** 1: the newest block was a row of the ledger; code that looks for it there must not touch an object of 2. */
const readable: readonly number[] = [1, schemaVersion]

const migrate = (stored: VisitorState): VisitorState => {
  if (!readable.includes(stored.schemaVersion))
    throw new Error(
      `this Visitor object was stored with schemaVersion ${stored.schemaVersion}, and this code reads ${schemaVersion}: deploy the newer code again`,
    )
  // States of before the roster count as not listed: their next commit lists them.
  return { ...stored, schemaVersion, listings: stored.listings ?? 0 }
}

export const openVisitorStore = (storage: DurableObjectStorage): VisitorStore => {
  const { sql } = storage
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray().length > 0
  let state: VisitorState | undefined
  const row = createStateRow(sql)
  const known = new Set<string>()
  const outbox = new Map<number, OutboxRow>()

  const create = (): void => {
    sql.exec(`CREATE TABLE ${stateTable};
      CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL);
      CREATE TABLE outbox (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, body TEXT NOT NULL)`)
    exists = true
  }

  const remember = (hashes: string): void => {
    for (let at = 0; at < hashes.length; at += hashLength) known.add(hashes.slice(at, at + hashLength))
  }

  const load = (): void => {
    known.clear()
    outbox.clear()
    state = undefined
    if (!exists) return
    const body = row.read()
    state = body === undefined ? undefined : migrate(JSON.parse(body) as VisitorState)
    for (const { hashes } of sql.exec<{ hashes: string }>(`SELECT hashes FROM ${allBlocks}`)) remember(hashes)
    for (const pending of sql.exec<{ seq: number; dueAt: number; attempts: number }>(
      'SELECT seq, due_at AS dueAt, attempts FROM outbox',
    ))
      outbox.set(pending.seq, pending)
  }
  load()

  const rowsOf = (fragment: number, order: 'ASC' | 'DESC') =>
    sql.exec<{ lines: string }>(
      `SELECT id, lines FROM ${allBlocks} WHERE id > ? AND id < ? ORDER BY id ${order}`,
      fragment * blocksPerFragment,
      (fragment + 1) * blocksPerFragment,
    )

  return {
    get state() {
      return state
    },
    outbox,
    has: (hash) => known.has(hash),
    *read(fragment) {
      if (!exists) return
      for (const { lines } of rowsOf(fragment, 'ASC')) for (const { json } of parseLedger(lines)) yield json
    },

    commit(next, appends, outgoing, more) {
      try {
        storage.transactionSync(() => {
          if (!exists) create()
          for (const entry of outgoing) {
            // It is sent right after the commit; the row is what a lost message is sent from again.
            const pending = { seq: outboxKey(entry), dueAt: entry.emittedAt + resendDelayMs(1), attempts: 1 }
            const insert = 'INSERT INTO outbox (seq, due_at, attempts, body) VALUES (?, ?, ?, ?)'
            sql.exec(insert, pending.seq, pending.dueAt, pending.attempts, JSON.stringify(entry))
            outbox.set(pending.seq, pending)
          }
          row.write(JSON.stringify(next), appends)
          more?.()
        })
      } catch (error) {
        // The transaction is undone; what memory mirrors is read again.
        exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray().length > 0
        load()
        throw error
      }
      for (const { hashes } of appends) remember(hashes)
      state = next
    },

    hold(next) {
      state = next
    },

    blocksAfter(after, maxSize) {
      const blocks: Block[] = []
      let size = 0
      if (!exists) return { blocks, isLast: true }
      for (const { id, lines } of sql.exec<{ id: number; lines: string }>(
        `SELECT id, lines FROM ${allBlocks} WHERE id > ? ORDER BY id`,
        after,
      )) {
        if (size > maxSize) return { blocks, isLast: false }
        size += lines.length
        blocks.push({ id, fragment: Math.floor(id / blocksPerFragment), entries: parseLedger(lines) })
      }
      return { blocks, isLast: true }
    },

    entriesAfter(commit, fragments) {
      const found: { commit: number; fragment: number; json: string }[] = []
      for (const fragment of fragments)
        for (const { lines } of rowsOf(fragment, 'DESC')) {
          const entries = parseLedger(lines)
          found.push(...entries.filter((entry) => entry.commit > commit).map((entry) => ({ ...entry, fragment })))
          if ((entries[0]?.commit ?? 0) <= commit) break
        }
      const units = new Map<number, string[]>()
      // Blocks were read newest first; a stable sort restores the order within each fragment and commit.
      const ordered = found.sort((a, b) => a.commit - b.commit || a.fragment - b.fragment)
      for (const { commit: of, json } of ordered) units.set(of, [...(units.get(of) ?? []), json])
      return units
    },

    newest(fragment, limit) {
      const newest: string[] = []
      if (!exists) return newest
      for (const { lines } of rowsOf(fragment, 'DESC')) {
        newest.push(
          ...parseLedger(lines)
            .reverse()
            .map(({ json }) => json),
        )
        if (newest.length >= limit) break
      }
      return newest.slice(0, limit)
    },

    outgoingDue(now, limit) {
      const due = [...outbox.values()].filter(({ dueAt }) => dueAt <= now).slice(0, limit)
      return due.map(({ seq }) => {
        const { body } = sql.exec<{ body: string }>('SELECT body FROM outbox WHERE seq = ?', seq).one()
        return JSON.parse(body) as Outgoing
      })
    },

    markSent(rows) {
      storage.transactionSync(() => {
        for (const { seq, dueAt, attempts } of rows)
          sql.exec('UPDATE outbox SET due_at = ?, attempts = ? WHERE seq = ?', dueAt, attempts, seq)
      })
      for (const row of rows) if (outbox.has(row.seq)) outbox.set(row.seq, row)
    },

    confirm(seqs) {
      const pending = seqs.filter((seq) => outbox.has(seq))
      storage.transactionSync(() => {
        for (const seq of pending) sql.exec('DELETE FROM outbox WHERE seq = ?', seq)
      })
      for (const seq of pending) outbox.delete(seq)
    },

    forgetLedger() {
      if (exists) row.forget()
    },
  }
}
