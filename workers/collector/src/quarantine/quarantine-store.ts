import { hourOf, type Tally } from '@spartito/engine'
import type { HeldState } from '@spartito/lake'
import { type EpochMs, utf8Bytes } from '@spartito/protocol'
import type { FoundEntry, HeldEntry, HeldFilter, HeldRequest, Settled } from './held-request.ts'
import { isAbout } from './is-about.ts'
import { openQuarantineCounts } from './quarantine-counts.ts'
import type { UnsentRows } from './unsent-rows.ts'

/** How long an event waits for a mend. */
const keptMs = 30 * 86_400_000
/** UTF-8 bytes that one shard holds. */
export const maxShardBytes = 256 * 1024 * 1024
/** UTF-16 units of events in one row: SQLite's row may have 2 MB. */
const rowSize = 600_000
/** Of what an entry has beside its event and message, about. */
const aboutSize = 300
/** Rows and UTF-16 units that one page looks at, so that a filter that finds nothing ends as well. */
const [pageRows, pageSize] = [500, 4_000_000]

interface Row {
  id: number
  source: string
  received_at: EpochMs
  body: string
}

/** Entries in parts that fit a row each. */
const parts = (entries: readonly HeldEntry[]): HeldEntry[][] => {
  const rows: HeldEntry[][] = []
  let size = rowSize
  for (const entry of entries) {
    const its = entry.json.length + (entry.body?.length ?? 0) + entry.message.length + aboutSize
    size += its
    if (size >= rowSize) {
      rows.push([])
      size = its
    }
    rows.at(-1)!.push(entry)
  }
  return rows
}

const foundIn = (row: Row, place: number, { tried, ...entry }: HeldEntry): FoundEntry => ({
  row: row.id,
  place,
  source: row.source,
  receivedAt: row.received_at,
  entry,
  wasTried: tried === true,
})

/** What is gone from a row leaves its place empty: ids stay what they are. */
type Body = (HeldEntry | null)[]

/**
 * The events of one shard of the quarantine, a row for each request, and how many there were: every event that is stored, taken out or
 * refused anew is counted, and the lake is told of it, in the same transaction (SPEC WI6). A row's id is the instant of its storing, in ms or a little later.
 */
export const openQuarantineStore = (storage: DurableObjectStorage, rows: UnsentRows) => {
  const { sql } = storage
  sql.exec(`CREATE TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
      bytes INTEGER NOT NULL, body TEXT NOT NULL)`)
  const counts = openQuarantineCounts(sql)
  const totals = (): { newest: number; bytes: number } =>
    sql
      .exec<{ newest: number; bytes: number }>(
        'SELECT ifnull(max(id), 0) AS newest, ifnull(sum(bytes), 0) AS bytes FROM held',
      )
      .one()
  let { newest, bytes } = totals()

  const write = (id: number, body: Body): void => {
    if (body.every((entry) => entry === null)) sql.exec('DELETE FROM held WHERE id = ?', id)
    else sql.exec('UPDATE held SET body = ? WHERE id = ?', JSON.stringify(body), id)
  }

  const rowOf = (id: number): Row | undefined =>
    sql.exec<Row & Record<string, SqlStorageValue>>('SELECT * FROM held WHERE id = ?', id).toArray()[0]

  /** Tells the lake what befell an entry. */
  const tell = (
    entry: HeldEntry,
    place: number,
    { id, source, received_at }: Omit<Row, 'body'>,
    state: HeldState,
  ): void => rows.add({ ...entry, step: entry.step ?? 0, place, row: id, source, receivedAt: received_at, state })

  /** Changes entries of rows in one transaction; what is no longer there is passed over. */
  const change = <T extends { row: number; place: number }>(
    items: readonly T[],
    by: (entry: HeldEntry, item: T, row: Row) => HeldEntry | null,
  ): void => {
    storage.transactionSync(() => {
      for (const [id, its] of Map.groupBy(items, ({ row }) => row)) {
        const row = rowOf(id)
        if (!row) continue
        const body = JSON.parse(row.body) as Body
        for (const item of its) {
          const entry = body[item.place]
          if (entry) body[item.place] = by(entry, item, row)
        }
        write(id, body)
      }
      counts.flush()
      rows.flush(Date.now())
    })
    ;({ bytes } = totals())
  }

  return {
    /** Stores the events of a request. @returns false when there is no room */
    put({ source, receivedAt, entries }: HeldRequest, now: EpochMs): boolean {
      const partsOfIt = parts(entries)
      const bodies = partsOfIt.map((its) => JSON.stringify(its))
      const sizes = bodies.map(utf8Bytes)
      const added = sizes.reduce((sum, size) => sum + size, 0)
      if (bytes + added > maxShardBytes) return false
      storage.transactionSync(() => {
        for (const [place, body] of bodies.entries()) {
          newest = Math.max(now, newest + 1)
          sql.exec(
            'INSERT INTO held (id, source, received_at, bytes, body) VALUES (?, ?, ?, ?, ?)',
            ...[newest, source, receivedAt, sizes[place], body],
          )
          for (const [at, entry] of partsOfIt[place]!.entries())
            tell(entry, at, { id: newest, source, received_at: receivedAt }, 'held')
        }
        rows.flush(now)
        for (const { code } of entries)
          counts.add({ source, hour: hourOf(receivedAt), outcome: 'quarantined', code, count: 1 })
        counts.flush()
      })
      bytes += added
      return true
    },

    /**
     * Entries from a place on, in order of their storing.
     *
     * @returns `next`: where to go on; undefined at the end. A page may be empty and not the last.
     */
    page(
      { source, code, from = 0, until = Number.MAX_SAFE_INTEGER, about }: HeldFilter,
      start: { row: number; place: number },
      limit: number,
    ): { found: FoundEntry[]; next?: { row: number; place: number } } {
      const found: FoundEntry[] = []
      let [rows, size] = [0, 0]
      for (const row of sql.exec<Row & Record<string, SqlStorageValue>>(
        `SELECT * FROM held WHERE id >= ? AND received_at >= ? AND received_at < ? AND (? IS NULL OR source = ?) ORDER BY id`,
        ...[start.row, from, until, source ?? null, source ?? null],
      )) {
        if (rows >= pageRows || size >= pageSize) return { found, next: { row: row.id, place: 0 } }
        rows++
        size += row.body.length
        for (const [place, entry] of (JSON.parse(row.body) as Body).entries()) {
          if (!entry || (row.id === start.row && place < start.place) || (code !== undefined && entry.code !== code))
            continue
          if (about && !isAbout(entry, about)) continue
          if (found.length >= limit) return { found, next: { row: row.id, place } }
          found.push(foundIn(row, place, entry))
        }
      }
      return { found }
    },

    /** Entries by where they are; those that are gone are passed over. */
    at: (places: readonly { row: number; place: number }[]): FoundEntry[] =>
      [...Map.groupBy(places, ({ row }) => row)].flatMap(([id, its]) => {
        const row = rowOf(id)
        const body = row ? (JSON.parse(row.body) as Body) : []
        return its.flatMap(({ place }) => (row && body[place] ? [foundIn(row, place, body[place])] : []))
      }),

    /** Keeps that these are about to be handed on: whether one that turns out a copy is its own copy is told by it. */
    begin: (items: readonly { row: number; place: number }[]): void =>
      change(items, (entry) => ({ ...entry, tried: true })),

    /** Takes out what was handed on or dropped, and keeps why the rest was not. */
    settle: (items: readonly Settled[]): void =>
      change(items, (before, { outcome, place }, row) => {
        const { source, received_at } = row
        const entry = { ...before, step: (before.step ?? 0) + 1 }
        if (outcome.kind !== 'held') tell(entry, place, row, outcome.kind === 'accepted' ? 'recovered' : outcome.kind)
        const counted = { source, hour: hourOf(received_at), outcome: 'quarantined' as const }
        counts.add({ ...counted, code: entry.code, count: -1 })
        switch (outcome.kind) {
          case 'accepted':
            return null
          case 'duplicate':
            counts.add({ ...counted, outcome: 'duplicate', count: 1 })
            return null
          case 'filtered':
            counts.add({ ...counted, outcome: 'rejected', code: 'filtered', count: 1 })
            return null
          case 'held': {
            const { tried: _ended, ...kept } = entry
            const { code, message } = outcome.refusal
            counts.add({ ...counted, code, count: 1 })
            const again = { ...kept, code, message, version: outcome.version }
            tell(again, place, row, 'held')
            return again
          }
        }
      }),

    /** Deletes entries. They stay counted as quarantined. */
    remove: (items: readonly { row: number; place: number }[]): void =>
      change(items, (entry, { place }, row) => {
        tell({ ...entry, step: (entry.step ?? 0) + 1 }, place, row, 'deleted')
        return null
      }),

    /**
     * Deletes what has waited too long: after 30 days, or what the retention of its source says. It stays counted as quarantined.
     *
     * @param keptOf ms, by the source
     * @returns when the next one is due, undefined when nothing is left; and how many events of each source went
     */
    expire(
      now: EpochMs,
      keptOf: (source: string) => number,
    ): { next: EpochMs | undefined; expired: Map<string, number> } {
      const expired = new Map<string, number>()
      let next: EpochMs | undefined
      const sources = sql.exec<{ source: string }>('SELECT DISTINCT source FROM held').toArray()
      for (const { source } of sources) {
        const its = Math.min(keptMs, keptOf(source))
        const gone = [source, now - its] as const
        for (const { body } of sql.exec<{ body: string }>(
          'SELECT body FROM held WHERE source = ? AND id <= ?',
          ...gone,
        )) {
          const count = (JSON.parse(body) as Body).filter((entry) => entry !== null).length
          expired.set(source, (expired.get(source) ?? 0) + count)
        }
        sql.exec('DELETE FROM held WHERE source = ? AND id <= ?', ...gone)
        const { oldest } = sql
          .exec<{ oldest: number | null }>('SELECT min(id) AS oldest FROM held WHERE source = ?', source)
          .one()
        if (oldest !== null) next = Math.min(next ?? Number.POSITIVE_INFINITY, oldest + its)
      }
      ;({ bytes } = totals())
      return { next, expired }
    },

    /**
     * Takes out the entries that are a person's, of a page of rows: nobody is told, the lake neither. They stay counted.
     *
     * @returns how many, and the row after which to go on; undefined at the end
     */
    erase(isTheirs: (entry: HeldEntry) => boolean, after: number): { events: number; next?: number } {
      let [rowsLeft, sizeLeft, events, last] = [pageRows, pageSize, 0, after]
      let next: number | undefined
      const changed: [number, Body][] = []
      for (const row of sql.exec<Row & Record<string, SqlStorageValue>>(
        'SELECT * FROM held WHERE id > ? ORDER BY id',
        after,
      )) {
        if (rowsLeft-- <= 0 || sizeLeft <= 0) {
          next = last
          break
        }
        last = row.id
        sizeLeft -= row.body.length
        const body = JSON.parse(row.body) as Body
        const kept = body.map((entry) => (entry && isTheirs(entry) ? null : entry))
        const gone = kept.filter((entry, place) => entry !== body[place]).length
        if (gone > 0) changed.push([row.id, kept])
        events += gone
      }
      storage.transactionSync(() => {
        for (const [id, body] of changed) write(id, body)
      })
      ;({ bytes } = totals())
      return { events, ...(next !== undefined && { next }) }
    },

    counts: (): Tally[] => counts.all(),
  }
}
