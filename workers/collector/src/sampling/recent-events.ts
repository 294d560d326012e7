import { DurableObject } from 'cloudflare:workers'
import { openOverwriting } from '@spartito/privacy'
import type { EpochMs, Event } from '@spartito/protocol'
import { keptMs } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { isOfPerson } from '../erasure/is-of-person.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { recentPrefix } from './recent-prefix.ts'

const lookAgainMs = 86_400_000
/** UTF-16 units that the ring holds, at most. */
const maxSize = 4_000_000
const hadKey = 'had events'

/**
 * The newest events of one source as they came, before any transformation: what a dry run tries a workspace on. Kept for a source that asks
 * for it (`sample`), for a day or as its retention says, and bounded in number and size.
 */
export class RecentEvents extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  #hasHad = this.ctx.storage.kv.get(hadKey) === true
  readonly #overwriting = openOverwriting(this.ctx.storage, Number(this.env.OVERWRITE_DELAY_MS), 'samples')

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY, at INTEGER NOT NULL,
        count INTEGER NOT NULL, size INTEGER NOT NULL, lines TEXT NOT NULL)`,
    )
  }

  /** Adds events, as JSON texts, and forgets the oldest beyond so many. */
  async push(events: string[], keep: number): Promise<void> {
    const now = Date.now()
    const its = await this.#keptMs(now)
    const kept = events.slice(-keep)
    const lines = JSON.stringify(kept)
    this.#sql.exec(
      'INSERT INTO recent (at, count, size, lines) VALUES (?, ?, ?, ?)',
      ...[now, kept.length, lines.length, lines],
    )
    if (!this.#hasHad) this.ctx.storage.kv.put(hadKey, true)
    this.#hasHad = true
    this.#forget(now - its, keep)
    await this.#arm(now + Math.min(its, lookAgainMs))
  }

  /** The newest, at most so many, the newest first. */
  async read(limit: number): Promise<string[]> {
    const events: string[] = []
    const now = Date.now()
    const since = now - (await this.#keptMs(now))
    for (const { lines } of this.#sql.exec<{ lines: string }>(
      'SELECT lines FROM recent WHERE at > ? ORDER BY id DESC',
      since,
    )) {
      events.push(...(JSON.parse(lines) as string[]).reverse())
      if (events.length >= limit) break
    }
    return events.slice(0, limit)
  }

  /** Takes out what is of a person who is erased (CO7). @returns how many events */
  async erase(keys: string[], until: number): Promise<number> {
    const { plan } = await readWorkspace(this.env, Date.now())
    const known = new Set(keys)
    this.#overwriting.noteFileSize()
    let gone = 0
    for (const { id, lines } of this.#sql
      .exec<{ id: number; lines: string }>('SELECT id, lines FROM recent')
      .toArray()) {
      const all = JSON.parse(lines) as string[]
      const kept = all.filter((json) => !isOfPerson(JSON.parse(json) as Event, known, until, plan))
      gone += all.length - kept.length
      if (kept.length === 0) this.#sql.exec('DELETE FROM recent WHERE id = ?', id)
      else if (kept.length < all.length) {
        const text = JSON.stringify(kept)
        this.#sql.exec(
          'UPDATE recent SET count = ?, size = ?, lines = ? WHERE id = ?',
          kept.length,
          text.length,
          text,
          id,
        )
      }
    }
    if (this.#hasHad) this.#overwriting.ask(Date.now())
    await this.#arm(this.#overwriting.dueAt())
    return gone
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const its = await this.#keptMs(now)
    this.#overwriting.noteFileSize()
    this.#forget(now - its, Number.MAX_SAFE_INTEGER)
    await this.#overwriting.run(now)
    await this.#arm(this.#overwriting.dueAt())
    const { oldest } = this.#sql.exec<{ oldest: number | null }>('SELECT min(at) AS oldest FROM recent').one()
    // A retention that is shortened is seen within a day.
    if (oldest !== null) await this.#arm(Math.min(oldest + its, now + lookAgainMs))
  }

  /** The alarm is moved only to an earlier instant. */
  async #arm(at: number | undefined): Promise<void> {
    if (at === undefined) return
    const known = await this.ctx.storage.getAlarm()
    if (known === null || known > at) await this.ctx.storage.setAlarm(at)
  }

  /** How long events of this source are kept (SPEC RT). */
  async #keptMs(now: EpochMs): Promise<number> {
    const { retention } = await readWorkspace(this.env, now)
    return keptMs(retention.recent, (this.ctx.id.name ?? '').slice(recentPrefix.length))
  }

  /** A row goes when its time is over, and when those after it are enough. */
  #forget(until: EpochMs, keep: number): void {
    let [count, size, oldest] = [0, 0, 0]
    for (const row of this.#sql.exec<{ id: number; count: number; size: number }>(
      'SELECT id, count, size FROM recent ORDER BY id DESC',
    )) {
      oldest = row.id
      count += row.count
      size += row.size
      if (count >= keep || size >= maxSize) break
    }
    this.#sql.exec('DELETE FROM recent WHERE id < ? OR at <= ?', oldest, until)
  }
}
