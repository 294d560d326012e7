import { DurableObject } from 'cloudflare:workers'
import type { RosterRecord, SweepPage, SweepReport } from '@spartito/engine'
import type { SweepStep } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'
import { openMissed } from './missed.ts'
import { type ErasedEntry, type Listed, type Member, openRosterStore } from './roster-store.ts'
import {
  beginSweep,
  endSweep,
  isExpected,
  isMissed,
  newSweep,
  nextVisits,
  progressOf,
  type SweepProgress,
  type SweepState,
  settleVisits,
  takeReport,
} from './sweep-state.ts'
import { openUnreached } from './unreached.ts'

/** A page that is out is sent again when no report came for so long: a killed local runtime loses its queues. */
const patienceMs = 30_000
const wakeAgainMs = 5_000

/**
 * One shard of the roster: who exists, who is a member of what, how many (DESIGN 4); and the sweep of its profiles, a page
 * at a time. It keeps the cursor and judges; the queue's consumer visits. An empty shard has no tables.
 */
export class RosterShard extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  readonly #roster = openRosterStore(this.#sql)
  readonly #missed = openMissed(this.#sql)
  readonly #unreached = openUnreached(this.#sql)
  /** who is visited after the lists; those who wait for another try come last */
  readonly #asides = [this.#missed, this.#unreached]
  #sweep: SweepState | undefined = this.#roster.exists() ? this.#load() : undefined
  /** what the shard was told while it was empty */
  #heard: readonly SweepStep[] = []
  #alarmAt: number | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    // Shards of before have no such table.
    if (this.#sweep) this.#unreached.create()
  }

  /** Takes what the consumer of changes has read, in any order and any number of times. */
  async apply(shard: number, records: RosterRecord[]): Promise<void> {
    if (!this.#sweep) await this.#create(shard)
    const sweep = this.#sweep!
    const hasMissed = this.#transaction(() => {
      const news = this.#roster.apply(records, Date.now())
      const missed = news.filter((record) => isMissed(record, sweep, this.#roster))
      for (const record of missed) this.#missed.add(record)
      if (missed.length > 0 && sweep.isDone) this.#store({ ...sweep, isDone: false })
      return missed.length > 0
    })
    if (hasMissed) await this.#proceed()
  }

  sizes(): Record<string, number> {
    return this.#roster.sizes()
  }

  members(audience: string, after: string, limit: number): Member[] {
    return this.#roster.members(audience, after, limit)
  }

  /** The next profiles by profileId. */
  profiles(after: string, limit: number): Listed[] {
    return this.#roster.profiles(after, limit)
  }

  /** Forgets profiles whose person was erased (CO7). @returns how many rows went */
  erase(all: ErasedEntry[]): { profiles: number; memberships: number } {
    const counts = { profiles: 0, memberships: 0 }
    if (!this.#sweep) return counts
    this.#transaction(() => {
      for (const its of all) {
        const { profiles, memberships } = this.#roster.erase(its)
        counts.profiles += profiles
        counts.memberships += memberships
        this.#unreached.erase(its.visitor)
        this.#missed.erase(its.visitor)
      }
    })
    return counts
  }

  /** Begins a sweep, which replaces an unfinished one and takes over whom that had to visit. Told again, it goes on. */
  async sweep(steps: SweepStep[]): Promise<SweepProgress> {
    if (!this.#sweep) {
      this.#heard = steps
      return progressOf(newSweep(0, steps))
    }
    const begun = beginSweep(this.#sweep, steps)
    if (begun !== this.#sweep)
      this.#transaction(() => {
        // The lists hold everybody, or else who was given up on is visited beside them.
        if (begun.scope === 'all') this.#unreached.clear()
        else this.#unreached.revive()
        this.#store(begun)
      })
    await this.#proceed()
    return progressOf(this.#sweep)
  }

  progress(): SweepProgress | null {
    return this.#sweep ? progressOf(this.#sweep) : null
  }

  /** The consumer has visited a page. A report that comes twice, or too late, changes nothing. */
  async report(report: SweepReport): Promise<void> {
    const before = this.#sweep
    if (!before || !isExpected(before, report)) return
    const delayMs = Number(this.env.SWEEP_DELAY_MS)
    this.#transaction(() => {
      const again = this.#unreached.note(report.unreached ?? [], Date.now())
      settleVisits(before, report, this.#asides)
      this.#store(takeReport(before, report, again))
    })
    if (delayMs > 0) await this.#arm(Date.now() + delayMs)
    else await this.#proceedAndTell()
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    try {
      await this.#proceedAndTell()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'roster.alarm', error: String(error) }))
      await this.#arm(Date.now() + wakeAgainMs)
    }
  }

  async #create(shard: number): Promise<void> {
    const steps = await workspaceObject(this.env).sweepSteps()
    if (this.#sweep) return
    this.#transaction(() => {
      this.#roster.create()
      this.#missed.create()
      this.#unreached.create()
      this.#sql.exec('CREATE TABLE sweep (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
      this.#store(newSweep(shard, [...steps, ...this.#heard]))
    })
  }

  /**
   * Sends the next page, unless one is out that may still be reported. With nobody left, the sweep is done, unless somebody
   * waits for another try.
   */
  async #proceed(): Promise<void> {
    const sweep = this.#sweep
    if (!sweep || sweep.isDone) return
    const now = Date.now()
    if (sweep.sentAt !== null && now < sweep.sentAt + patienceMs) return this.#arm(sweep.sentAt + patienceMs)
    const visits = nextVisits(sweep, this.#roster, this.#asides, Number(this.env.SWEEP_PAGE), now)
    if (!visits) {
      const dueAt = this.#unreached.dueAt()
      if (dueAt !== undefined) return this.#arm(dueAt)
      this.#store(endSweep(sweep))
      return
    }
    // A page sent again keeps its number: the report of either copy counts.
    const page = sweep.sentAt === null ? sweep.page + 1 : sweep.page
    this.#store({ ...sweep, page, sentAt: now })
    await this.#arm(now + patienceMs)
    const { shard, version } = sweep
    const message: SweepPage = { shard, version, page, ...visits }
    await this.env.SWEEP.send(JSON.stringify(message), { contentType: 'text' })
  }

  async #proceedAndTell(): Promise<void> {
    const wasDone = this.#sweep?.isDone
    await this.#proceed()
    const sweep = this.#sweep
    if (sweep?.isDone && !wasDone) await workspaceObject(this.env).sweepDone(sweep.shard, progressOf(sweep))
  }

  /** The alarm is moved only to an earlier instant; a later one is found when it fires. */
  async #arm(at: number): Promise<void> {
    this.#alarmAt ??= (await this.ctx.storage.getAlarm()) ?? undefined
    if (this.#alarmAt !== undefined && this.#alarmAt <= at && this.#alarmAt > Date.now() - patienceMs) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }

  #transaction<T>(work: () => T): T {
    try {
      return this.ctx.storage.transactionSync(work)
    } catch (error) {
      // It is undone in the storage but not in memory: the next call begins with a new instance.
      this.ctx.abort(String(error))
      throw error
    }
  }

  #load(): SweepState {
    return JSON.parse(this.#sql.exec<{ body: string }>('SELECT body FROM sweep WHERE id = 1').one().body) as SweepState
  }

  #store(sweep: SweepState): void {
    this.#sql.exec('INSERT OR REPLACE INTO sweep (id, body) VALUES (1, ?)', JSON.stringify(sweep))
    this.#sweep = sweep
  }
}
