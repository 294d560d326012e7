import type { LedgerAppend, LedgerRewrite, Step } from '@spartito/engine'

/** Blocks of one fragment have the ids `fragment * blocksPerFragment + block`, so one integer key orders them all. */
export const blocksPerFragment = 1_000_000

export const stateTable =
  'state (id INTEGER PRIMARY KEY, body TEXT NOT NULL, outbox TEXT, block INTEGER, hashes TEXT, lines TEXT)'

/** All blocks as a table: those that the ledger keeps, and the open one. */
export const allBlocks = `(SELECT id, hashes, lines FROM ledger
  UNION ALL SELECT block AS id, hashes, lines FROM state WHERE block IS NOT NULL)`

/** The text that one commit adds to each block. */
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

/**
 * Writes the state, its outbox, and what it appends to the ledger. The newest block is open: it lies in the state's row, so that a
 * request which fills it writes that row alone. A new block takes its place, and it becomes a row of the ledger, once.
 */
export const createStateRow = (sql: SqlStorage) => {
  let open: number | null | undefined

  /** Tables of before have the state alone. */
  const migrate = (): void => {
    const { table } = sql.exec<{ table: string }>("SELECT sql AS 'table' FROM sqlite_master WHERE name = 'state'").one()
    if (table.includes('lines')) return
    for (const column of ['outbox TEXT', 'block INTEGER', 'hashes TEXT', 'lines TEXT'])
      sql.exec(`ALTER TABLE state ADD ${column}`)
  }

  const writeToLedger = ({ id, isNew, hashes, lines }: Addition): void => {
    if (isNew) sql.exec('INSERT INTO ledger (id, hashes, lines) VALUES (?, ?, ?)', id, hashes, lines)
    else sql.exec('UPDATE ledger SET hashes = hashes || ?, lines = lines || ? WHERE id = ?', hashes, lines, id)
  }

  const forgetFragment = (fragment: number): void => {
    const first = fragment * blocksPerFragment
    sql.exec('DELETE FROM ledger WHERE id >= ? AND id < ?', first, first + blocksPerFragment)
    if (typeof open !== 'number' || open < first || open >= first + blocksPerFragment) return
    sql.exec('UPDATE state SET block = NULL, hashes = NULL, lines = NULL')
    open = null
  }

  return {
    /** @returns the state and its outbox as JSON; undefined when none was stored */
    read(): { body: string; outbox: string | null } | undefined {
      migrate()
      const row = sql
        .exec<{ body: string; outbox: string | null; block: number | null }>('SELECT body, outbox, block FROM state')
        .toArray()[0]
      open = row?.block ?? null
      return row
    },

    /** Within the caller's transaction; when that fails, `read` has to be called before the next one. */
    write(body: string, appends: readonly LedgerAppend[], outbox: string | null): void {
      const added = additions(appends)
      const opened = added.findLast(({ isNew }) => isNew)
      const isMoved = opened !== undefined && typeof open === 'number'
      if (isMoved) sql.exec('INSERT INTO ledger (id, hashes, lines) SELECT block, hashes, lines FROM state')
      const kept = opened ? opened.id : open
      for (const addition of added) if (addition.id !== kept) writeToLedger(addition)
      const its = added.find(({ id }) => id === kept)
      if (opened)
        sql.exec(
          `INSERT INTO state (id, body, outbox, block, hashes, lines) VALUES (1, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET body = excluded.body, outbox = excluded.outbox,
             block = excluded.block, hashes = excluded.hashes, lines = excluded.lines`,
          body,
          outbox,
          opened.id,
          opened.hashes,
          opened.lines,
        )
      else if (its)
        sql.exec(
          'UPDATE state SET body = ?, outbox = ?, hashes = hashes || ?, lines = lines || ?',
          body,
          outbox,
          its.hashes,
          its.lines,
        )
      else
        sql.exec(
          `INSERT INTO state (id, body, outbox) VALUES (1, ?, ?)
           ON CONFLICT (id) DO UPDATE SET body = excluded.body, outbox = excluded.outbox`,
          body,
          outbox,
        )
      open = kept ?? null
    },

    /** Puts another text into a block, or ends one that has none. */
    rewrite({ fragment, block, hashes, lines }: LedgerRewrite): void {
      const id = fragment * blocksPerFragment + block
      if (id === open) {
        if (lines === '') sql.exec('UPDATE state SET block = NULL, hashes = NULL, lines = NULL')
        else sql.exec('UPDATE state SET hashes = ?, lines = ?', hashes, lines)
        if (lines === '') open = null
      } else if (lines === '') sql.exec('DELETE FROM ledger WHERE id = ?', id)
      else sql.exec('UPDATE ledger SET hashes = ?, lines = ? WHERE id = ?', hashes, lines, id)
    },

    writeOutbox(outbox: string | null): void {
      sql.exec('UPDATE state SET outbox = ?', outbox)
    },

    /** Drops all blocks, the text of all, those that have none left, or those of fragments. Within the caller's transaction, as `write`. */
    forget(what: NonNullable<Step['forgets']>): void {
      if (typeof what === 'object') {
        for (const fragment of what) forgetFragment(fragment)
        return
      }
      if (what === 'lines') {
        sql.exec("UPDATE ledger SET lines = ''")
        sql.exec("UPDATE state SET lines = '' WHERE block IS NOT NULL")
        return
      }
      const which = what === 'hashes' ? "WHERE lines = ''" : ''
      sql.exec(`DELETE FROM ledger ${which}`)
      const { rowsWritten } = sql.exec(`UPDATE state SET block = NULL, hashes = NULL, lines = NULL ${which}`)
      if (rowsWritten > 0) open = null
    },
  }
}
