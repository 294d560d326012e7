import { DurableObject } from 'cloudflare:workers'

/** One row in one object: the least that a durable answer costs. */
export class Row extends DurableObject {
  constructor(ctx: ObjectState, env: object) {
    super(ctx, env)
    this.ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
  }

  put(body: string): void {
    this.ctx.storage.sql.exec(
      'INSERT INTO row (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
      body,
    )
  }
}
