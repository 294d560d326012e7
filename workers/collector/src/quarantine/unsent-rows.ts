import { type HeldState, packRows, quarantineRow } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'

/** What befell an entry, for the lake. */
export interface HeldNews {
  row: number
  place: number
  step: number
  state: HeldState
  source: string
  receivedAt: EpochMs
  code: string
  version: number
  json: string
}

/** A message of the queue `lake`, and the rows of the table that it is made of. */
export interface UnsentMessage {
  from: number
  until: number
  text: string
}

/** What the lake has to be told of, from the transaction in which it happened until it is known to have arrived. */
export interface UnsentRows {
  add(news: HeldNews): void
  /** Stores what was added, within the caller's transaction. */
  flush(now: EpochMs): void
  /** the oldest of them, as messages */
  messages(most: number): UnsentMessage[]
  /** they have arrived */
  remove(spans: readonly { from: number; until: number }[]): void
  isEmpty(): boolean
  /** whether there ever was one */
  hasHad(): boolean
  /** Takes out rows of these messageIds, and those whose body is a person's. */
  erase(isTheirs: (json: string) => boolean): number
}

/** UTF-16 units of a message that several are joined to: at most three bytes each. */
const joinedSize = 30_000

/**
 * @param shard the number of the share, and its object's name
 * @param isConfirmed whether the rows stay until the lake has said that it has them
 */
export const openUnsentRows = (
  sql: SqlStorage,
  shard: { number: string; name: string },
  isConfirmed: boolean,
): UnsentRows => {
  sql.exec('CREATE TABLE IF NOT EXISTS unsent (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)')
  let pending: HeldNews[] = []

  const messageOf = (rows: readonly { id: number; body: string }[]): UnsentMessage => {
    const [from, until] = [rows[0]!.id, rows.at(-1)!.id]
    const waiting = isConfirmed ? `"waiting":${JSON.stringify({ shard: shard.name, from, until })},` : ''
    const id = JSON.stringify(`${shard.name}#${from}-${until}`)
    return {
      from,
      until,
      text: `{"kind":"quarantine","id":${id},${waiting}"rows":[${rows.map(({ body }) => body).join()}]}`,
    }
  }

  return {
    add: (news) => void pending.push(news),

    flush(now) {
      const rows = pending.map(({ row, place, ...its }) => ({
        json: JSON.stringify(quarantineRow({ ...its, id: `${shard.number}.${row}.${place}`, at: now })),
      }))
      pending = []
      for (const pack of packRows(rows)) {
        const body = pack.map(({ json }) => json).join()
        sql.exec('INSERT INTO unsent (body) VALUES (?)', body)
      }
    },

    messages(most) {
      const messages: UnsentMessage[] = []
      let open: { id: number; body: string }[] = []
      let size = 0
      for (const row of sql.exec<{ id: number; body: string }>('SELECT id, body FROM unsent ORDER BY id')) {
        if (open.length > 0 && size + row.body.length > joinedSize) {
          messages.push(messageOf(open))
          if (messages.length === most) return messages
          open = []
          size = 0
        }
        open.push(row)
        size += row.body.length
      }
      return open.length > 0 ? [...messages, messageOf(open)] : messages
    },

    remove(spans) {
      for (const { from, until } of spans) sql.exec('DELETE FROM unsent WHERE id BETWEEN ? AND ?', from, until)
    },

    erase(isTheirs) {
      let gone = 0
      for (const { id, body } of sql.exec<{ id: number; body: string }>('SELECT id, body FROM unsent').toArray()) {
        const rows = JSON.parse(`[${body}]`) as { body: string | null }[]
        const kept = rows.filter((row) => row.body === null || !isTheirs(row.body))
        gone += rows.length - kept.length
        if (kept.length === rows.length) continue
        if (kept.length === 0) sql.exec('DELETE FROM unsent WHERE id = ?', id)
        else sql.exec('UPDATE unsent SET body = ? WHERE id = ?', kept.map((row) => JSON.stringify(row)).join(), id)
      }
      return gone
    },

    // The last number that was given is kept when its row is gone.
    hasHad: () => sql.exec("SELECT 1 FROM sqlite_sequence WHERE name = 'unsent'").toArray().length > 0,

    isEmpty: () => sql.exec('SELECT 1 FROM unsent LIMIT 1').toArray().length === 0,
  }
}
