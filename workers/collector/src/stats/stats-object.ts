import { DurableObject } from 'cloudflare:workers'
import type { Tally } from '@spartito/engine'
import type { Env } from '../env.ts'
import { type CountedUnit, openAppliedUnits, sumsOf } from './applied-units.ts'

export interface TallyRow {
  source: string
  hour: string
  outcome: Tally['outcome']
  code: string
  count: number
}

/**
 * Counts of what became of events, per source and hour (SPEC WI6). Several objects share the work; a reader adds them up.
 * What comes through a queue carries an id and is counted once.
 */
export class Stats extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  readonly #applied = openAppliedUnits(this.#sql, (tallies) => this.#write(tallies))

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS tallies (
        source TEXT NOT NULL, hour TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (source, hour, outcome, code)) WITHOUT ROWID`)
    this.#applied.load()
  }

  /** Adds counts. */
  add(tallies: readonly Tally[]): void {
    this.ctx.storage.transactionSync(() => this.#write(tallies))
  }

  /** Adds the counts of units whose ids have not been seen. */
  addUnits(units: readonly CountedUnit[], now: number): void {
    const fresh = this.#applied.fresh(units)
    if (fresh.length === 0) return
    try {
      this.ctx.storage.transactionSync(() => this.#applied.add(fresh, now))
    } catch (error) {
      this.#applied.load()
      throw error
    }
  }

  /** A source and hour may be there more than once. */
  read(): TallyRow[] {
    const rows = this.#sql.exec('SELECT source, hour, outcome, code, count FROM tallies').toArray()
    const recent = this.#applied.tallies().map(({ code = '', ...tally }) => ({ ...tally, code }))
    return [...(rows as unknown as TallyRow[]), ...recent]
  }

  /** Adds up first: a row is written for each source, hour and outcome. */
  #write(tallies: readonly Tally[]): void {
    for (const { source, hour, outcome, code = '', count } of sumsOf(tallies))
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
