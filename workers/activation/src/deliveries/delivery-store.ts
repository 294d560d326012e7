import type { DeliveryOutcome, DestinationBreaker, ListedDelivery, SettledState, TakenDelivery } from '@spartito/engine'
import type { ErasedProfile } from './erase-profiles.ts'
import { type Meta, newMeta } from './meta.ts'
import type { Untold } from './outcomes.ts'
import { type Pending, rememberMs, slotOf, type Taken } from './pending.ts'

/** A table holds so many slots, a week: what is forgotten is dropped as a whole, since to delete a row costs as much as to write it. */
const slotsOfTable = 2_016
const states = ['pending', 'delivered', 'parked', 'skipped'] as const

export interface Row {
  slot: number
  id: string
  lane: string
  ord: number
  taken_at: number
  due_at: number
  attempts: number
  state: number
  no: number
  body: string
}

/** What is kept of a delivery until it is settled; then its outcome is in its place. */
interface PendingBody {
  item: TakenDelivery
  reason: string | null
  status: number | null
}

interface ParkedRow {
  id: string
  slot: number
  listed: string
}

type Exec<T> = { [K in keyof T]: T[K] & SqlStorageValue }

/**
 * The rows of one object's deliveries: one is written when a delivery is taken, and written over when it is settled. Its place is by the
 * time of its sending and its id, so that copies and what is of the same audience are found without an index. All is synchronous.
 */
export const openDeliveryStore = (storage: DurableObjectStorage) => {
  const { sql } = storage
  const tables = new Set<number>()
  let meta: Meta | undefined
  const tableOf = (slot: number): number => Math.floor(slot / slotsOfTable)

  const open = (): void => {
    for (const { name } of sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name GLOB 'week_*'"))
      tables.add(Number(name.slice(5)))
    const kept = storage.kv.get<string>('meta')
    if (kept !== undefined) meta = JSON.parse(kept) as Meta
  }
  open()

  const create = (table: number): void => {
    sql.exec(`CREATE TABLE IF NOT EXISTS week_${table} (slot INTEGER NOT NULL, id TEXT NOT NULL, lane TEXT NOT NULL,
      ord INTEGER NOT NULL, taken_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
      state INTEGER NOT NULL, no INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (slot, id)) WITHOUT ROWID`)
    tables.add(table)
  }

  const hasParked = (): boolean => sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'parked'").toArray().length > 0

  const find = (slot: number, id: string): Row | undefined =>
    tables.has(tableOf(slot))
      ? sql.exec<Exec<Row>>(`SELECT * FROM week_${tableOf(slot)} WHERE slot = ? AND id = ?`, slot, id).toArray()[0]
      : undefined

  const pendingFrom = (row: Row): Pending => {
    const { item, reason, status } = JSON.parse(row.body) as PendingBody
    const { delivery } = item
    return {
      id: row.id,
      lane: row.lane,
      order: row.ord,
      takenAt: row.taken_at,
      dueAt: row.due_at,
      attempts: row.attempts,
      slot: row.slot,
      kind: delivery.kind,
      profileId: delivery.profileId,
      audience: delivery.kind === 'change' ? delivery.change.audience : null,
      reason,
      status,
    }
  }

  return {
    meta: (): Meta => meta ?? newMeta,

    /** Whether anything was ever taken: an object that was only asked stores nothing. */
    exists: (): boolean => tables.size > 0,

    keepMeta(next: Meta): void {
      meta = next
      storage.kv.put('meta', JSON.stringify(next))
    },

    /** Of no use to the next instance: it is written with what comes next. */
    noteBreaker(breaker: DestinationBreaker): void {
      meta = { ...(meta ?? newMeta), breaker }
    },

    /** What waits, and what was settled and not told, from where the object knows that all before is done. */
    load(): { pending: Pending[]; untold: Untold[] } {
      const pending: Pending[] = []
      const untold: Untold[] = []
      const { openFrom, told } = meta ?? newMeta
      for (const table of [...tables].filter((its) => its >= tableOf(openFrom)))
        for (const row of sql.exec<Exec<Row>>(`SELECT * FROM week_${table} WHERE slot >= ?`, openFrom)) {
          if (row.state === 0) pending.push(pendingFrom(row))
          else if (row.no > told)
            untold.push({ no: row.no, slot: row.slot, outcome: JSON.parse(row.body) as DeliveryOutcome })
        }
      return { pending, untold: untold.sort((a, b) => a.no - b.no) }
    },

    isKnown: ({ slot, id }: Pending): boolean => find(slot, id) !== undefined,

    take({ pending, item }: Taken): void {
      if (!tables.has(tableOf(pending.slot))) create(tableOf(pending.slot))
      const body: PendingBody = { item, reason: pending.reason, status: pending.status }
      sql.exec(
        `INSERT OR REPLACE INTO week_${tableOf(pending.slot)} VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)`,
        pending.slot,
        pending.id,
        pending.lane,
        pending.order,
        pending.takenAt,
        pending.dueAt,
        pending.attempts,
        JSON.stringify(body),
      )
    },

    item({ slot, id }: Pending): TakenDelivery {
      return (JSON.parse(find(slot, id)!.body) as PendingBody).item
    },

    retry(pending: Pending): void {
      this.take({ pending, item: this.item(pending) })
    },

    settle({ slot, id }: Pending, no: number, outcome: DeliveryOutcome): void {
      sql.exec(
        `UPDATE week_${tableOf(slot)} SET state = ?, no = ?, attempts = ?, body = ? WHERE slot = ? AND id = ?`,
        states.indexOf(outcome.state),
        no,
        outcome.attempts,
        JSON.stringify(outcome),
        slot,
        id,
      )
    },

    /** The highest `seq` of a profile and audience that was delivered, of those sent since `slot`; below 0 when none was. */
    newestDelivered(profileId: string, audience: string, slot: number, now: number): number {
      const [from, to] = [`c:${profileId}:${audience}:`, `c:${profileId}:${audience};`]
      let newest = -1
      for (let at = slot; at <= slotOf(now); at++) {
        if (!tables.has(tableOf(at))) continue
        const query = `SELECT ord FROM week_${tableOf(at)} WHERE slot = ? AND id > ? AND id < ? AND state = 1`
        for (const { ord } of sql.exec<{ ord: number }>(query, at, from, to)) newest = Math.max(newest, ord)
      }
      return newest
    },

    /** What was settled, by its place: after a slot and an id. */
    settled(state: Exclude<SettledState, 'parked'>, after: { slot: number; id: string }, limit: number): Row[] {
      const found: Row[] = []
      for (const table of [...tables].sort((a, b) => a - b)) {
        if (table < tableOf(after.slot) || found.length >= limit) continue
        const query = `SELECT * FROM week_${table} WHERE (slot, id) > (?, ?) AND state = ? ORDER BY slot, id LIMIT ?`
        found.push(
          ...sql.exec<Exec<Row>>(query, after.slot, after.id, states.indexOf(state), limit - found.length).toArray(),
        )
      }
      return found
    },

    /** What was settled of one profile. Ids begin with the profile's. */
    settledOf(profileId: string): Row[] {
      const found: Row[] = []
      for (const table of [...tables].sort((a, b) => a - b))
        for (const kind of ['c', 'e']) {
          const query = `SELECT * FROM week_${table} WHERE id > ? AND id < ? AND state > 0`
          found.push(...sql.exec<Exec<Row>>(query, `${kind}:${profileId}:`, `${kind}:${profileId};`))
        }
      return found
    },

    park({ slot, id }: Pending, listed: ListedDelivery): void {
      sql.exec(`CREATE TABLE IF NOT EXISTS parked (id TEXT PRIMARY KEY, slot INTEGER NOT NULL, listed TEXT NOT NULL)
        WITHOUT ROWID`)
      sql.exec('INSERT OR REPLACE INTO parked VALUES (?, ?, ?)', id, slot, JSON.stringify(listed))
    },

    unpark(id: string): void {
      sql.exec('DELETE FROM parked WHERE id = ?', id)
    },

    parked(after: string, limit: number): { id: string; slot: number; listed: ListedDelivery }[] {
      if (!hasParked()) return []
      return sql
        .exec<Exec<ParkedRow>>('SELECT * FROM parked WHERE id > ? ORDER BY id LIMIT ?', after, limit)
        .toArray()
        .map(({ id, slot, listed }) => ({ id, slot, listed: JSON.parse(listed) as ListedDelivery }))
    },

    isParked: (id: string): boolean =>
      hasParked() && sql.exec('SELECT 1 FROM parked WHERE id = ?', id).toArray().length > 0,

    /** When the oldest that is parked was taken; undefined when nothing is. */
    oldestParked(): number | undefined {
      if (!hasParked()) return undefined
      const query = "SELECT min(json_extract(listed, '$.takenAt')) AS oldest FROM parked"
      return sql.exec<{ oldest: number | null }>(query).one().oldest ?? undefined
    },

    parkedCount: (): number => (hasParked() ? sql.exec<{ n: number }>('SELECT count(*) AS n FROM parked').one().n : 0),

    /** Forgets what was settled long ago. @param oldest the slot of the oldest that waits, or that the lake has not heard of */
    forget(oldest: number, now: number): void {
      for (const table of tables) {
        const end = (table + 1) * slotsOfTable
        if (end > Math.min(slotOf(now - rememberMs), oldest)) continue
        sql.exec(`DROP TABLE week_${table}`)
        tables.delete(table)
      }
    },

    remove({ slot, id }: Pending): void {
      sql.exec(`DELETE FROM week_${tableOf(slot)} WHERE slot = ? AND id = ?`, slot, id)
    },

    /** A profile's parked ones: it is erased. */
    parkedOf: (profileId: string): { id: string; listed: ListedDelivery }[] =>
      hasParked()
        ? sql
            .exec<Exec<ParkedRow>>("SELECT * FROM parked WHERE listed ->> 'profileId' = ?", profileId)
            .toArray()
            .map(({ id, listed }) => ({ id, listed: JSON.parse(listed) as ListedDelivery }))
        : [],

    /** What was settled of a profile goes, up to its newest change and an instant: looked for row by row. @returns how many */
    forgetProfile({ profileId, seq, until }: ErasedProfile): number {
      let gone = 0
      for (const table of tables)
        for (const [kind, limit] of [
          ['c', seq],
          ['e', until],
        ] as const) {
          const [from, to] = [`${kind}:${profileId}:`, `${kind}:${profileId};`]
          const query = `DELETE FROM week_${table} WHERE id > ? AND id < ? AND ord <= ? AND state <> 0 RETURNING 1`
          gone += sql.exec(query, from, to, limit).toArray().length
        }
      return gone
    },

    transaction: <T>(work: () => T): T => storage.transactionSync(work),
  }
}

export type DeliveryStore = ReturnType<typeof openDeliveryStore>
