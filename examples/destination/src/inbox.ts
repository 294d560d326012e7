import { DurableObject } from 'cloudflare:workers'
import { type Identifier, identifierKey } from '@spartito/protocol'
import type { Env } from './env.ts'
import type { Received } from './received.ts'

interface Row extends Record<string, SqlStorageValue> {
  body: string
  received_at: number
  deliveries: number
}

const schema = `
  CREATE TABLE IF NOT EXISTS change (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    received_at INTEGER NOT NULL, deliveries INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS identifier (key TEXT PRIMARY KEY) WITHOUT ROWID;
`

const toReceived = ({ body, received_at, deliveries }: Row): Received => ({
  ...JSON.parse(body),
  receivedAt: received_at,
  verified: true,
  deliveries,
})

/** The changes that arrived, each once by its webhook id, and the pages that watch. Crosses RPC as JSON text. */
export class Inbox extends DurableObject<Env> {
  #sql = this.ctx.storage.sql

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec(schema)
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /**
   * Keeps one delivery and shows it to the pages that watch. A repeated delivery of the same id is counted, not kept
   * twice.
   *
   * @param body the change, as JSON text
   * @returns how often this id has been delivered
   */
  receive(id: string, body: string, identifiers: Identifier[]): number {
    const row = this.ctx.storage.transactionSync(() => {
      for (const identifier of identifiers)
        this.#sql.exec('INSERT INTO identifier VALUES (?) ON CONFLICT DO NOTHING', identifierKey(identifier))
      return this.#sql
        .exec<Row>(
          `INSERT INTO change (id, body, received_at, deliveries) VALUES (?, ?, ?, 1)
           ON CONFLICT (id) DO UPDATE SET deliveries = deliveries + 1 RETURNING body, received_at, deliveries`,
          id,
          body,
          Date.now(),
        )
        .one()
    })
    const message = JSON.stringify({ change: toReceived(row) })
    for (const socket of this.ctx.getWebSockets()) socket.send(message)
    return row.deliveries
  }

  /** Deletes all that was received of a person, and has the pages that watch begin anew. Again, it changes nothing. */
  erase(profileIds: string[], identifiers: Identifier[]): void {
    this.ctx.storage.transactionSync(() => {
      for (const profileId of profileIds)
        this.#sql.exec(`DELETE FROM change WHERE json_extract(body, '$.profileId') = ?`, profileId)
      for (const identifier of identifiers)
        this.#sql.exec('DELETE FROM identifier WHERE key = ?', identifierKey(identifier))
    })
    for (const socket of this.ctx.getWebSockets()) socket.send(JSON.stringify({ isErased: true }))
  }

  /** @returns `{changes, total}` as JSON text, newest first */
  list(limit: number): string {
    const rows = this.#sql.exec<Row>('SELECT body, received_at, deliveries FROM change ORDER BY n DESC LIMIT ?', limit)
    const total = this.#sql.exec<{ total: number }>('SELECT count(*) AS total FROM change').one().total
    return JSON.stringify({ changes: rows.toArray().map(toReceived), total })
  }

  /** Whether a received change named this identifier. */
  knows(identifier: Identifier): boolean {
    return this.#sql.exec('SELECT 1 FROM identifier WHERE key = ?', identifierKey(identifier)).toArray().length > 0
  }

  /** A WebSocket that hibernates: a page may watch for days and costs nothing while nothing arrives. */
  override fetch(): Response {
    const { 0: page, 1: socket } = new WebSocketPair()
    this.ctx.acceptWebSocket(socket)
    return new Response(null, { status: 101, webSocket: page })
  }
}
