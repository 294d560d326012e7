import {
  attachRows,
  type Ledger,
  type LedgerAppend,
  type LedgerEntry,
  type LedgerRewrite,
  parseLedger,
  type SpillWrite,
  type Step,
  spill,
  type Tombstone,
  type VisitorState,
} from '@spartito/engine'
import { blocksPerFragment, createLedgerBlocks } from './ledger-blocks.ts'
import { migrateState } from './migrate-state.ts'
import { createOutbox, type Outgoing, type Pending } from './outbox.ts'
import { openStateEntry } from './state-entry.ts'
import { type KeptTombstone, openTombstone } from './tombstone-store.ts'

const hashLength = 11

/** What one transaction stores. */
export interface Written {
  state: VisitorState
  appends?: readonly LedgerAppend[]
  rewrites?: readonly LedgerRewrite[]
  forgets?: Step['forgets']
  outgoing?: readonly Outgoing[]
}

export interface Block {
  id: number
  fragment: number
  entries: LedgerEntry[]
}

/**
 * What one Visitor object keeps: its state (one entry with the open block, and rows for what would make it large), the ledger (a
 * row a full block) and the outbox (what no consumer has confirmed, with the state). All methods are synchronous, so a transaction
 * is a plain function.
 */
export interface VisitorStore extends Ledger {
  /** undefined when nothing was ever stored */
  state: VisitorState | undefined
  /** when each is sent again unless confirmed, by `outboxKey` */
  outbox: ReadonlyMap<number, Pending>
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
  markSent(sent: ReadonlyMap<number, Pending>): void
  /** Ends what was confirmed: where that may wait, the next commit stores it, or `settle`. Lost before that, it is sent again. */
  confirm(keys: readonly number[]): void
  /** stores what was confirmed and is not stored yet */
  settle(): void
  /** hashes of all messageIds that the profile has */
  hashes(): Iterable<string>
  /** what is left of one whose person was erased (CO7) */
  readonly tombstone: KeptTombstone | undefined
  /** writes it, in a storage of which all was deleted. @param collected keyed hashes of messageIds */
  bury(tombstone: Tombstone, collected: string): void
  /** what comes from now on is taken again */
  lift(at: number): void
}

export const openVisitorStore = (storage: DurableObjectStorage): VisitorStore => {
  const { sql } = storage
  let state: VisitorState | undefined
  /** the state as it is stored */
  let body = ''
  const entry = openStateEntry(storage)
  const ledger = createLedgerBlocks(sql)
  const known = new Set<string>()
  const outbox = createOutbox(sql)
  const grave = openTombstone(storage)
  let tombstone: KeptTombstone | undefined

  const remember = (hashes: string): void => {
    for (let at = 0; at < hashes.length; at += hashLength) known.add(hashes.slice(at, at + hashLength))
  }

  const rememberAll = (): void => {
    known.clear()
    for (const hashes of ledger.hashes()) remember(hashes)
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
    const stored = entry.read()
    body = stored?.body ?? ''
    state = stored && attachRows(migrateState(JSON.parse(body) as VisitorState), readSpilled)
    outbox.load(stored?.outbox ?? null)
    ledger.load(stored?.open ?? null)
    rememberAll()
    tombstone = !state || state.erasedAt !== undefined ? grave.read() : undefined
  }
  load()

  /** Within a transaction. */
  const write = (): void => entry.write({ body, outbox: outbox.text(), open: ledger.open() })

  const writeOutbox = (): void => {
    if (!state) return
    write()
    outbox.stored()
  }

  return {
    get state() {
      return state
    },
    outbox: outbox.pending,
    has: (hash) => known.has(hash),
    *blocks(fragment, after = 0) {
      const first = fragment * blocksPerFragment
      for (const { id, lines } of ledger.oldest(first + after, first + blocksPerFragment))
        yield { block: id - first, lines }
    },

    commit({ state: wanted, appends = [], rewrites = [], forgets, outgoing = [] }, more) {
      if (tombstone && wanted.erasedAt === undefined) throw new Error('this was decided before the erasure: ask again')
      const { state: next, body: text, writes } = spill(state, wanted)
      const isHistory = (of: number): boolean => next.fragments.some(({ id, mergeId }) => id === of && mergeId !== null)
      const store = (): void => {
        outbox.add(outgoing)
        for (const its of rewrites) ledger.rewrite(its)
        ledger.append(appends, isHistory)
        if (forgets) ledger.forget(forgets)
        body = text
        write()
        writeSpilled(writes)
        more?.()
      }
      // The entry alone is stored whole or not at all, and with the alarm that is set before anything is awaited. A transaction
      // around it costs as much as the writing.
      const isOneEntry =
        rewrites.length + writes.length + outgoing.length === 0 &&
        !forgets &&
        entry.isByKey() &&
        appends.every(({ fragment, block, isNew }) => !isNew && ledger.isOpen(fragment, block))
      try {
        if (isOneEntry) store()
        else storage.transactionSync(store)
      } catch (error) {
        // The transaction is undone; what memory mirrors is read again.
        load()
        throw error
      }
      outbox.stored()
      for (const { dropped } of rewrites) for (const hash of dropped) known.delete(hash)
      for (const { hashes } of appends) remember(hashes)
      if (forgets) rememberAll()
      state = next
    },

    hold(next) {
      state = next
    },

    blocksAfter(after, maxSize) {
      const blocks: Block[] = []
      let size = 0
      for (const { id, lines } of ledger.oldest(after)) {
        if (size > maxSize) return { blocks, isLast: false }
        size += lines.length
        blocks.push({ id, fragment: Math.floor(id / blocksPerFragment), entries: parseLedger(lines) })
      }
      return { blocks, isLast: true }
    },

    entriesAfter(commit, fragments) {
      const found: { commit: number; fragment: number; json: string }[] = []
      for (const fragment of fragments)
        for (const { lines } of ledger.newest(fragment)) {
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
      for (const { lines } of ledger.newest(fragment)) {
        newest.push(
          ...parseLedger(lines)
            .reverse()
            .map(({ json }) => json),
        )
        if (newest.length >= limit) break
      }
      return newest.slice(0, limit)
    },

    outgoingDue: outbox.due,

    markSent(sent) {
      storage.transactionSync(() => {
        outbox.markSent(sent)
        writeOutbox()
      })
    },

    confirm(keys) {
      storage.transactionSync(() => {
        if (outbox.confirm(keys)) writeOutbox()
      })
    },

    settle() {
      if (outbox.isStale()) writeOutbox()
    },

    hashes: () => known,

    get tombstone() {
      return tombstone
    },

    bury(buried, collected) {
      grave.write(buried, collected)
      load()
    },

    lift(at) {
      grave.lift(at)
      load()
    },
  }
}
