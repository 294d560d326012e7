import {
  attachRows,
  type Ledger,
  type LedgerAppend,
  type LedgerEntry,
  type LedgerRewrite,
  parseLedger,
  resendDelayMs,
  type SpillWrite,
  schemaVersion,
  spill,
  type VisitorState,
} from '@spartito/engine'
import type { AudienceChange, ProfileNotice } from '@spartito/protocol'

/** Blocks of one fragment have the ids `fragment * blocksPerFragment + block`, so one integer key orders them all. */
const blocksPerFragment = 1_000_000
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

/** What one transaction stores. */
export interface Written {
  state: VisitorState
  appends?: readonly LedgerAppend[]
  rewrites?: readonly LedgerRewrite[]
  outgoing?: readonly Outgoing[]
}

export interface Block {
  id: number
  fragment: number
  entries: LedgerEntry[]
}

/**
 * What one Visitor object keeps: its state (one row, and rows for what would make it large), the ledger (a row a block) and the
 * outbox (a row a change or notice that no consumer has confirmed). All methods are synchronous, so a transaction is a plain function.
 */
export interface VisitorStore extends Ledger {
  /** undefined when nothing was ever stored */
  state: VisitorState | undefined
  outbox: ReadonlyMap<number, OutboxRow>
  /** one transaction: state, ledger, outbox, and what `more` does, such as setting the alarm */
  commit(written: Written, more?: () => void): void
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

const migrate = (stored: VisitorState): VisitorState => {
  if (stored.schemaVersion !== schemaVersion)
    throw new Error(
      `this Visitor object was stored with schemaVersion ${stored.schemaVersion}, and this code reads ${schemaVersion}: deploy the newer code again`,
    )
  // States of before the roster count as not listed: their next commit lists them.
  return { ...stored, listings: stored.listings ?? 0 }
}

export const openVisitorStore = (storage: DurableObjectStorage): VisitorStore => {
  const { sql } = storage
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray().length > 0
  let state: VisitorState | undefined
  const known = new Set<string>()
  const outbox = new Map<number, OutboxRow>()

  const create = (): void => {
    sql.exec(`CREATE TABLE state (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL);
      CREATE TABLE outbox (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, body TEXT NOT NULL)`)
    exists = true
  }

  const remember = (hashes: string): void => {
    for (let at = 0; at < hashes.length; at += hashLength) known.add(hashes.slice(at, at + hashLength))
  }

  const readSpilled = (id: number): string =>
    sql.exec<{ body: string }>('SELECT body FROM spilled WHERE id = ?', id).one().body

  const writeSpilled = (writes: readonly SpillWrite[]): void => {
    // Few profiles ever need it.
    if (writes.length > 0) sql.exec('CREATE TABLE IF NOT EXISTS spilled (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
    const upsert = 'INSERT INTO spilled (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body'
    for (const { id, body } of writes)
      if (body === null) sql.exec('DELETE FROM spilled WHERE id = ?', id)
      else sql.exec(upsert, id, body)
  }

  const load = (): void => {
    known.clear()
    outbox.clear()
    state = undefined
    if (!exists) return
    const row = sql.exec<{ body: string }>('SELECT body FROM state WHERE id = 1').toArray()[0]
    state = row && attachRows(migrate(JSON.parse(row.body) as VisitorState), readSpilled)
    for (const { hashes } of sql.exec<{ hashes: string }>('SELECT hashes FROM ledger')) remember(hashes)
    for (const pending of sql.exec<{ seq: number; dueAt: number; attempts: number }>(
      'SELECT seq, due_at AS dueAt, attempts FROM outbox',
    ))
      outbox.set(pending.seq, pending)
  }
  load()

  const append = ({ fragment, block, isNew, hashes, lines }: LedgerAppend): void => {
    const id = fragment * blocksPerFragment + block
    if (isNew) sql.exec('INSERT INTO ledger (id, hashes, lines) VALUES (?, ?, ?)', id, hashes, lines)
    else sql.exec('UPDATE ledger SET hashes = hashes || ?, lines = lines || ? WHERE id = ?', hashes, lines, id)
  }

  const rewrite = ({ fragment, block, hashes, lines }: LedgerRewrite): void => {
    const id = fragment * blocksPerFragment + block
    if (lines === '') sql.exec('DELETE FROM ledger WHERE id = ?', id)
    else sql.exec('UPDATE ledger SET hashes = ?, lines = ? WHERE id = ?', hashes, lines, id)
  }

  const newestRowsOf = (fragment: number) =>
    sql.exec<{ lines: string }>(
      'SELECT lines FROM ledger WHERE id > ? AND id < ? ORDER BY id DESC',
      fragment * blocksPerFragment,
      (fragment + 1) * blocksPerFragment,
    )

  return {
    get state() {
      return state
    },
    outbox,
    has: (hash) => known.has(hash),
    *blocks(fragment, after = 0) {
      if (!exists) return
      const first = fragment * blocksPerFragment
      for (const { id, lines } of sql.exec<{ id: number; lines: string }>(
        'SELECT id, lines FROM ledger WHERE id > ? AND id < ? ORDER BY id',
        first + after,
        first + blocksPerFragment,
      ))
        yield { block: id - first, lines }
    },

    commit({ state: wanted, appends = [], rewrites = [], outgoing = [] }, more) {
      const { state: next, body, writes } = spill(state, wanted)
      try {
        storage.transactionSync(() => {
          if (!exists) create()
          for (const entry of appends) append(entry)
          for (const entry of rewrites) rewrite(entry)
          for (const entry of outgoing) {
            // It is sent right after the commit; the row is what a lost message is sent from again.
            const row = { seq: outboxKey(entry), dueAt: entry.emittedAt + resendDelayMs(1), attempts: 1 }
            const insert = 'INSERT INTO outbox (seq, due_at, attempts, body) VALUES (?, ?, ?, ?)'
            sql.exec(insert, row.seq, row.dueAt, row.attempts, JSON.stringify(entry))
            outbox.set(row.seq, row)
          }
          sql.exec(
            'INSERT INTO state (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
            body,
          )
          writeSpilled(writes)
          more?.()
        })
      } catch (error) {
        // The transaction is undone; what memory mirrors is read again.
        exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray().length > 0
        load()
        throw error
      }
      for (const { dropped } of rewrites) for (const hash of dropped) known.delete(hash)
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
        'SELECT id, lines FROM ledger WHERE id > ? ORDER BY id',
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
        for (const { lines } of newestRowsOf(fragment)) {
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
      for (const { lines } of newestRowsOf(fragment)) {
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
      if (exists) sql.exec('DELETE FROM ledger')
    },
  }
}
