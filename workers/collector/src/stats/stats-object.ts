import { DurableObject } from 'cloudflare:workers'
import type { Tally } from '@spartito/engine'
import type { Env } from '../env.ts'

export interface TallyRow {
  source: string
  hour: string
  outcome: Tally['outcome']
  code: string
  count: number
}

/** How long the ids of applied units are remembered: past any redelivery that a queue or an outbox makes. */
const rememberMs = 24 * 3_600_000

/**
 * Counts of what became of events, per source and hour (SPEC WI6). Several objects share the work; a reader adds them up.
 * What comes through a queue carries an id and is counted once.
 */
export class Stats extends DurableObject<Env> {
  readonly #sql: SqlStorage
  readonly #applied = new Set<string>()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS tallies (
        source TEXT NOT NULL, hour TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (source, hour, outcome, code)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS applied (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, units TEXT NOT NULL)`)
    for (const { units } of this.#sql.exec<{ units: string }>('SELECT units FROM applied'))
      for (const unit of units.split('\n')) this.#applied.add(unit)
  }

  /** Adds counts. */
  add(tallies: readonly Tally[]): void {
    this.ctx.storage.transactionSync(() => this.#write(tallies))
  }

  /** Adds the counts of units whose ids have not been seen; one row remembers them all. */
  addUnits(units: readonly { id: string; tallies: readonly Tally[] }[], now: number): void {
    const fresh = units.filter(({ id }) => !this.#applied.has(id))
    if (fresh.length === 0) return
    this.ctx.storage.transactionSync(() => {
      this.#write(fresh.flatMap(({ tallies }) => tallies))
      this.#sql.exec('INSERT INTO applied (at, units) VALUES (?, ?)', now, fresh.map(({ id }) => id).join('\n'))
      for (const { units } of this.#sql.exec<{ units: string }>(
        'SELECT units FROM applied WHERE at < ?',
        now - rememberMs,
      ))
        for (const unit of units.split('\n')) this.#applied.delete(unit)
      this.#sql.exec('DELETE FROM applied WHERE at < ?', now - rememberMs)
    })
    for (const { id } of fresh) this.#applied.add(id)
  }

  read(): TallyRow[] {
    return this.#sql
      .exec<{ source: string; hour: string; outcome: string; code: string; count: number }>('SELECT * FROM tallies')
      .toArray() as TallyRow[]
  }

  /** Adds up first: a row is written for each source, hour and outcome, not for each unit. */
  #write(tallies: readonly Tally[]): void {
    const sums = Map.groupBy(tallies, ({ source, hour, outcome, code = '' }) => `${hour} ${source} ${outcome} ${code}`)
    for (const its of sums.values()) {
      const { source, hour, outcome, code = '' } = its[0]!
      const count = its.reduce((sum, tally) => sum + tally.count, 0)
      this.#sql.exec(
        `INSERT INTO tallies (source, hour, outcome, code, count) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (source, hour, outcome, code) DO UPDATE SET count = count + excluded.count`,
        source,
        hour,
        outcome,
        code,
        count,
      )
    }
  }
}
