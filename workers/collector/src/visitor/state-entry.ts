import { blockText, linesOf } from './block-text.ts'
import { formatEntry, parseEntry } from './entry-text.ts'
import type { TextBlock } from './ledger-blocks.ts'
import { unpackLines } from './packed-lines.ts'

/** What is written with every commit: one entry, whatever it holds, is one row on the bill. */
export interface StateEntry {
  /** the state as JSON */
  body: string
  /** what no consumer has confirmed yet, as JSON; null when that is nothing */
  outbox: string | null
  /** the newest block of the ledger */
  open: TextBlock | null
}

/** As it is stored where the open block's lines are not packed, and as it was before it became a text. */
interface StoredEntry extends Pick<StateEntry, 'body' | 'outbox'> {
  open: { id: number; hashes: string; lines?: string; packed?: string } | null
}

const readOf = ({ body, outbox, open }: StoredEntry): StateEntry => {
  if (!open) return { body, outbox, open }
  const { id, hashes, lines = '', packed } = open
  const text = packed === undefined ? blockText(lines) : { packed, last: unpackLines(packed).last }
  return { body, outbox, open: { id, hashes, text } }
}

const storedOf = ({ body, outbox, open }: StateEntry): StoredEntry => ({
  body,
  outbox,
  open: open && { id: open.id, hashes: open.hashes, lines: linesOf(open.text) },
})

/** A row of before, when the state had a table; at first it held the state alone, and all blocks were in the ledger. */
interface OldRow extends Record<string, SqlStorageValue> {
  body: string
  outbox?: string | null
  block?: number | null
  hashes?: string | null
  lines?: string | null
}

const key = 'state'

/** What older code finds in its table once the entry is elsewhere: a form that it refuses, so that it does not begin anew. */
const movedBody = JSON.stringify({ schemaVersion: 'by key' })

const entryOf = ({ body, outbox = null, block, hashes, lines }: OldRow): StateEntry => ({
  body,
  outbox,
  open: typeof block === 'number' ? { id: block, hashes: hashes ?? '', text: blockText(lines ?? '') } : null,
})

/**
 * The entry of an object in its storage by key, which costs a row a write and, unlike a table, nothing to begin with. What is in a
 * table of before is read from there, until it is written.
 */
export const openStateEntry = ({ sql, kv }: DurableObjectStorage) => {
  let isInTable = false
  return {
    /** @returns undefined when none was stored */
    read(): StateEntry | undefined {
      isInTable = false
      const entry = kv.get<StoredEntry | string>(key)
      if (entry !== undefined) return typeof entry === 'string' ? parseEntry(entry) : readOf(entry)
      isInTable = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray().length > 0
      if (!isInTable) return undefined
      const row = sql.exec<OldRow>('SELECT * FROM state').toArray()[0]
      return row && entryOf(row)
    },

    /** Whether nothing of it is in the table of before. */
    isByKey: (): boolean => !isInTable,

    /** Within the caller's transaction; when that fails, `read` has to be called before the next one. */
    write(entry: StateEntry): void {
      kv.put(key, formatEntry(entry) ?? storedOf(entry))
      if (!isInTable) return
      sql.exec('DELETE FROM state')
      sql.exec('INSERT INTO state (id, body) VALUES (1, ?)', movedBody)
      isInTable = false
    },
  }
}
