import type { LedgerAppend, LedgerRewrite, Step } from '@spartito/engine'
import { partEnd } from './entry-text.ts'
import { noLines, type PackedLines, packLines } from './packed-lines.ts'

/** Blocks of one fragment have the ids `fragment * blocksPerFragment + block`, so one integer key orders them all. */
export const blocksPerFragment = 1_000_000

export interface TextBlock {
  id: number
  hashes: string
  lines: string
  /** the lines as they are stored while the block is open; absent where they cannot be */
  pack?: PackedLines
}

/** Whether the lines can be packed: they end with a whole one, and have nothing that JSON has not. */
const canPack = (lines: string): boolean => lines.endsWith('\n') && !lines.includes(partEnd)

/** An open block with its lines packed, which is how it is written again and again. */
const openBlock = (id: number, hashes: string, lines: string): TextBlock => ({
  id,
  hashes,
  lines,
  ...(canPack(lines) && { pack: packLines(noLines, lines) }),
})

const extend = ({ id, hashes, lines, pack }: TextBlock, more: Pick<TextBlock, 'hashes' | 'lines'>): TextBlock => {
  const known = lines === '' ? noLines : pack
  return {
    id,
    hashes: hashes + more.hashes,
    lines: lines + more.lines,
    ...(known && canPack(more.lines) && { pack: packLines(known, more.lines) }),
  }
}

/** The text that one commit adds to a block. */
interface Addition extends TextBlock {
  isNew: boolean
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

const fragmentOf = (id: number): number => Math.floor(id / blocksPerFragment)

/**
 * The blocks of a ledger. The newest is open: whoever stores the state stores it with that, so that a request which fills it writes
 * nothing else. A new block takes its place, and it becomes a row, once; few profiles ever fill one, so the table is made then.
 */
export const createLedgerBlocks = (sql: SqlStorage) => {
  let open: TextBlock | null = null
  let hasTable = false

  const insert = ({ id, hashes, lines }: TextBlock): void => {
    if (!hasTable) sql.exec('CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL)')
    hasTable = true
    sql.exec('INSERT INTO ledger (id, hashes, lines) VALUES (?, ?, ?)', id, hashes, lines)
  }

  const add = (addition: Addition): void => {
    const { id, isNew, hashes, lines } = addition
    if (isNew) insert(addition)
    else sql.exec('UPDATE ledger SET hashes = hashes || ?, lines = lines || ? WHERE id = ?', hashes, lines, id)
  }

  const forgetFragment = (fragment: number): void => {
    const first = fragment * blocksPerFragment
    if (hasTable) sql.exec('DELETE FROM ledger WHERE id >= ? AND id < ?', first, first + blocksPerFragment)
    if (open && fragmentOf(open.id) === fragment) open = null
  }

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
    *oldest(after: number, before = Number.MAX_SAFE_INTEGER): Iterable<{ id: number; lines: string }> {
      let own = open && open.id > after && open.id < before ? open : undefined
      if (hasTable) {
        const select = 'SELECT id, lines FROM ledger WHERE id > ? AND id < ? ORDER BY id'
        for (const block of sql.exec<{ id: number; lines: string }>(select, after, before)) {
          if (own && own.id < block.id) {
            yield own
            own = undefined
          }
          yield block
        }
      }
      if (own) yield own
    },

    /** The blocks of a fragment, newest first. */
    *newest(fragment: number): Iterable<{ id: number; lines: string }> {
      const [first, end] = [fragment * blocksPerFragment, (fragment + 1) * blocksPerFragment]
      let own = open && fragmentOf(open.id) === fragment ? open : undefined
      if (hasTable) {
        const select = 'SELECT id, lines FROM ledger WHERE id > ? AND id < ? ORDER BY id DESC'
        for (const block of sql.exec<{ id: number; lines: string }>(select, first, end)) {
          if (own && own.id > block.id) {
            yield own
            own = undefined
          }
          yield block
        }
      }
      if (own) yield own
    },

    // Those that write are called within the caller's transaction; when that fails, `load` before the next one.

    /** @param isHistory whether a fragment takes no events here: its blocks are rows at once, and the open one stays open */
    append(appends: readonly LedgerAppend[], isHistory: (fragment: number) => boolean): void {
      const added = additions(appends)
      const opened = added.findLast(({ id, isNew }) => isNew && !isHistory(fragmentOf(id)))
      if (opened && open) insert(open)
      if (opened) open = { id: opened.id, hashes: '', lines: '' }
      for (const addition of added)
        if (addition.id !== open?.id) add(addition)
        else open = extend(open, addition)
    },

    /** Puts another text into a block, or ends one that has none. */
    rewrite({ fragment, block, hashes, lines }: LedgerRewrite): void {
      const id = fragment * blocksPerFragment + block
      if (id === open?.id) open = lines === '' ? null : openBlock(id, hashes, lines)
      else if (lines === '') sql.exec('DELETE FROM ledger WHERE id = ?', id)
      else sql.exec('UPDATE ledger SET hashes = ?, lines = ? WHERE id = ?', hashes, lines, id)
    },

    /** Drops all blocks, the text of all, those that have none left, or those of fragments. */
    forget(what: NonNullable<Step['forgets']>): void {
      if (typeof what === 'object') for (const fragment of what) forgetFragment(fragment)
      else if (what === 'lines') {
        if (hasTable) sql.exec("UPDATE ledger SET lines = ''")
        if (open) open = { id: open.id, hashes: open.hashes, lines: '' }
      } else {
        const isText = what === 'hashes'
        if (hasTable) sql.exec(`DELETE FROM ledger ${isText ? "WHERE lines = ''" : ''}`)
        if (!isText || open?.lines === '') open = null
      }
    },
  }
}
