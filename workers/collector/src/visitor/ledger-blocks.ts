import type { LedgerAppend, LedgerRewrite, Step } from '@spartito/engine'
import {
  type BlockText,
  blockText,
  formatBlockText,
  linesOf,
  parseBlockText,
  storedLines,
  withLines,
} from './block-text.ts'
import { noLines } from './packed-lines.ts'

/** Blocks of one fragment have the ids `fragment * blocksPerFragment + block`, so one integer key orders them all. */
export const blocksPerFragment = 1_000_000

export interface TextBlock {
  id: number
  hashes: string
  text: BlockText
}

/** What one commit adds to a block. */
interface Addition {
  id: number
  isNew: boolean
  hashes: string
  lines: string
}

const additions = (appends: readonly LedgerAppend[]): Addition[] => {
  const byId = new Map<number, Addition>()
  for (const { fragment, block, isNew, hashes, lines } of appends) {
    const id = fragment * blocksPerFragment + block
    const before = byId.get(id)
    byId.set(id, {
      id,
      isNew: isNew || before?.isNew === true,
      hashes: (before?.hashes ?? '') + hashes,
      lines: (before?.lines ?? '') + lines,
    })
  }
  return [...byId.values()]
}

/** A block as it is read: with its lines as they were. */
interface ReadBlock {
  id: number
  lines: string
}

interface StoredBlock extends Record<string, SqlStorageValue> {
  hashes: string
  lines: string
}

const fragmentOf = (id: number): number => Math.floor(id / blocksPerFragment)

/**
 * The blocks of a ledger. The newest is open: whoever stores the state stores it with that, so that a request which fills it writes
 * nothing else. A new block takes its place, and it becomes a row, once; few profiles ever fill one, so the table is made then.
 */
export const createLedgerBlocks = (sql: SqlStorage) => {
  let open: TextBlock | null = null
  let hasTable = false

  const insert = ({ id, hashes, text }: TextBlock): void => {
    if (!hasTable) sql.exec('CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL)')
    hasTable = true
    sql.exec('INSERT INTO ledger (id, hashes, lines) VALUES (?, ?, ?)', id, hashes, formatBlockText(text))
  }

  const update = ({ id, hashes, text }: TextBlock): void => {
    sql.exec('UPDATE ledger SET hashes = ?, lines = ? WHERE id = ?', hashes, formatBlockText(text), id)
  }

  const extended = (block: TextBlock, { hashes, lines }: Addition): TextBlock => ({
    id: block.id,
    hashes: block.hashes + hashes,
    text: withLines(block.text, lines),
  })

  const readRow = (id: number): StoredBlock | undefined =>
    hasTable ? sql.exec<StoredBlock>('SELECT hashes, lines FROM ledger WHERE id = ?', id).toArray()[0] : undefined

  const add = (addition: Addition): void => {
    const { id, isNew } = addition
    // A block that was emptied meanwhile has no row.
    const row = isNew ? undefined : readRow(id)
    if (row) update(extended({ id, hashes: row.hashes, text: parseBlockText(row.lines) }, addition))
    else insert(extended({ id, hashes: '', text: noLines }, addition))
  }

  const forgetFragment = (fragment: number): void => {
    const first = fragment * blocksPerFragment
    if (hasTable) sql.exec('DELETE FROM ledger WHERE id >= ? AND id < ?', first, first + blocksPerFragment)
    if (open && fragmentOf(open.id) === fragment) open = null
  }

  const read = ({ id, text }: TextBlock): ReadBlock => ({ id, lines: linesOf(text) })
  const stored = ({ id, lines }: ReadBlock): ReadBlock => ({ id, lines: storedLines(lines) })

  return {
    /** Reads anew which tables there are. @param stored the open block, as it was stored with the state */
    load(stored: TextBlock | null): void {
      open = stored
      hasTable = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").toArray().length > 0
    },

    /** What is to be stored with the state. */
    open: (): TextBlock | null => open,

    /** Whether what is appended to a block is stored with the state alone. */
    isOpen: (fragment: number, block: number): boolean => open?.id === fragment * blocksPerFragment + block,

    *hashes(): Iterable<string> {
      if (open) yield open.hashes
      if (hasTable) for (const { hashes } of sql.exec<{ hashes: string }>('SELECT hashes FROM ledger')) yield hashes
    },

    /** The blocks after an id and before another, oldest first. */
    *oldest(after: number, before = Number.MAX_SAFE_INTEGER): Iterable<ReadBlock> {
      let own = open && open.id > after && open.id < before ? open : undefined
      if (hasTable) {
        const select = 'SELECT id, lines FROM ledger WHERE id > ? AND id < ? ORDER BY id'
        for (const block of sql.exec<{ id: number; lines: string }>(select, after, before)) {
          if (own && own.id < block.id) {
            yield read(own)
            own = undefined
          }
          yield stored(block)
        }
      }
      if (own) yield read(own)
    },

    /** The blocks of a fragment, newest first. */
    *newest(fragment: number): Iterable<ReadBlock> {
      const [first, end] = [fragment * blocksPerFragment, (fragment + 1) * blocksPerFragment]
      let own = open && fragmentOf(open.id) === fragment ? open : undefined
      if (hasTable) {
        const select = 'SELECT id, lines FROM ledger WHERE id > ? AND id < ? ORDER BY id DESC'
        for (const block of sql.exec<{ id: number; lines: string }>(select, first, end)) {
          if (own && own.id > block.id) {
            yield read(own)
            own = undefined
          }
          yield stored(block)
        }
      }
      if (own) yield read(own)
    },

    // Those that write are called within the caller's transaction; when that fails, `load` before the next one.

    /** @param isHistory whether a fragment takes no events here: its blocks are rows at once, and the open one stays open */
    append(appends: readonly LedgerAppend[], isHistory: (fragment: number) => boolean): void {
      const added = additions(appends)
      const opened = added.findLast(({ id, isNew }) => isNew && !isHistory(fragmentOf(id)))
      if (opened && open) insert(open)
      if (opened) open = { id: opened.id, hashes: '', text: noLines }
      for (const addition of added)
        if (addition.id !== open?.id) add(addition)
        else open = extended(open, addition)
    },

    /** Puts another text into a block, or ends one that has none. */
    rewrite({ fragment, block, hashes, lines }: LedgerRewrite): void {
      const id = fragment * blocksPerFragment + block
      if (id === open?.id) open = lines === '' ? null : { id, hashes, text: blockText(lines) }
      else if (lines === '') sql.exec('DELETE FROM ledger WHERE id = ?', id)
      else update({ id, hashes, text: blockText(lines) })
    },

    /** Drops all blocks, the text of all, those that have none left, or those of fragments. */
    forget(what: NonNullable<Step['forgets']>): void {
      if (typeof what === 'object') for (const fragment of what) forgetFragment(fragment)
      else if (what === 'lines') {
        if (hasTable) sql.exec("UPDATE ledger SET lines = ''")
        if (open) open = { id: open.id, hashes: open.hashes, text: noLines }
      } else {
        const isText = what === 'hashes'
        if (hasTable) sql.exec(`DELETE FROM ledger ${isText ? "WHERE lines = ''" : ''}`)
        if (!isText || (open && linesOf(open.text) === '')) open = null
      }
    },
  }
}
