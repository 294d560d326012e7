import { DurableObject } from 'cloudflare:workers'
import { type PublishedWorkspace, type SweepStep, sweepScope, syncSteps, type Workspace } from '@spartito/workspace'
import defaultWorkspace from '../../../workspace.ts'
import { syncOf } from '../deliveries/read-deliveries.ts'
import type { Env } from '../env.ts'
import { rosterShard, shardCount } from '../roster/roster-stub.ts'
import type { SweepProgress } from '../roster/sweep-state.ts'
import { type AuditIntent, type AuditOutcome, type AuditRecord, type AuditSubject, openAuditLog } from './audit-log.ts'
import { publishedKey } from './read-workspace.ts'
import { createSweepConductor, type SweepSummary } from './sweep-conductor.ts'
import { createSyncStarter } from './sync-starter.ts'

export interface VersionSummary {
  version: number
  /** epoch ms */
  publishedAt: number
}

const wakeAgainMs = 5_000

/** How long a new version may take to reach every isolate, in ms. */
export const activeWithinMs = (env: Pick<Env, 'WORKSPACE_MAX_AGE_MS' | 'KV_PROPAGATION_MS'>): number =>
  Number(env.WORKSPACE_MAX_AGE_MS) + Number(env.KV_PROPAGATION_MS)

/**
 * The source of truth of the workspace: every version that was ever published, numbered from 1; who brings each of them
 * to the profiles that send nothing (SPEC WS, AU5); and the records of what administrators have written (SPEC AD).
 */
export class WorkspaceObject extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  readonly #sweeps = createSweepConductor({
    sql: this.#sql,
    shards: shardCount(this.env),
    atATime: Number(this.env.SWEEP_SHARDS),
    begin: (shard, steps) => rosterShard(this.env, shard).sweep(steps),
    progress: (shard) => rosterShard(this.env, shard).progress(),
  })
  readonly #syncs = createSyncStarter({
    sql: this.#sql,
    begin: (step, key, version) => syncOf(this.env, step.destination.id).begin(JSON.stringify(step), key, version),
  })
  readonly #audit = openAuditLog(this.#sql)
  /** the version that is known to be in KV */
  #sent: number | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, published_at INTEGER NOT NULL, body TEXT NOT NULL)',
    )
  }

  /** The newest published workspace as JSON; null when none was published. */
  current(): string | null {
    return this.version(this.#newest())
  }

  /** One published workspace as JSON; null when there is no such version. */
  version(version: number): string | null {
    return (
      this.#sql.exec<{ body: string }>('SELECT body FROM versions WHERE version = ?', version).toArray()[0]?.body ??
      null
    )
  }

  /** All versions, the newest first. */
  versions(): VersionSummary[] {
    return this.#sql
      .exec<{ version: number; publishedAt: number }>(
        'SELECT version, published_at AS publishedAt FROM versions ORDER BY version DESC',
      )
      .toArray()
  }

  /**
   * Keeps a checked workspace as the next version, then publishes it to all isolates. What fails after that, the alarm
   * does again. Once every isolate has it, those profiles are visited that it can alter.
   *
   * @param ifVersion the version that the caller has seen; refused when another has been published since
   * @returns the version, or null when refused
   */
  async publish(workspace: string, ifVersion: number | undefined, now: number): Promise<number | null> {
    const newest = this.#newest()
    if (ifVersion !== undefined && ifVersion !== newest) return null
    const version = newest + 1
    const before = this.current()
    const steps = [
      before === null ? defaultWorkspace : (JSON.parse(before) as PublishedWorkspace).workspace,
      JSON.parse(workspace) as Workspace,
    ] as const
    this.ctx.storage.transactionSync(() => {
      this.#sql.exec(
        'INSERT INTO versions (version, published_at, body) VALUES (?, ?, ?)',
        version,
        now,
        `{"version":${version},"workspace":${workspace}}`,
      )
      const activeAt = now + activeWithinMs(this.env)
      this.#sweeps.plan(version, sweepScope(...steps), activeAt)
      this.#syncs.plan(version, syncSteps(...steps), activeAt)
    })
    await this.ctx.storage.setAlarm(now + wakeAgainMs)
    try {
      await this.#send()
      await this.#arm()
    } catch (error) {
      console.error(JSON.stringify({ at: 'workspace.publish', error: String(error) }))
    }
    return version
  }

  /** What a shard of the roster that begins to hold profiles needs to know. */
  sweepSteps(): SweepStep[] {
    return this.#sweeps.steps()
  }

  /** A shard of the roster has nobody left to visit. */
  async sweepDone(shard: number, progress: SweepProgress): Promise<void> {
    await this.#sweeps.done(shard, progress)
  }

  async sweepSummary(): Promise<SweepSummary> {
    await this.#sweeps.ask()
    return this.#sweeps.summary(this.#newest())
  }

  /** Keeps that an administrator is about to write (SPEC AD). */
  beginAudit(intent: AuditIntent): number {
    return this.ctx.storage.transactionSync(() => this.#audit.begin(intent))
  }

  auditConcerns(id: number, subject: AuditSubject): void {
    this.#audit.concerns(id, subject)
  }

  endAudit(id: number, answered: AuditOutcome): void {
    this.#audit.end(id, answered)
  }

  auditPage(before: number | undefined, limit: number, now: number): { records: AuditRecord[]; next: number | null } {
    return this.#audit.page(before, limit, now)
  }

  override async alarm(): Promise<void> {
    try {
      await this.#send()
      await this.#sweeps.ask()
      await this.#sweeps.advance()
      await this.#syncs.advance(Date.now())
      await this.#arm()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'workspace.alarm', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + wakeAgainMs)
    }
  }

  #newest(): number {
    return this.#sql.exec<{ version: number | null }>('SELECT max(version) AS version FROM versions').one().version ?? 0
  }

  /** One after the other, so that an older version never arrives last. */
  #send(): Promise<void> {
    const put = async (): Promise<void> => {
      const version = this.#newest()
      const body = this.version(version)
      if (body !== null && this.#sent !== version) await this.env.CONFIG.put(publishedKey, body)
      this.#sent = version
    }
    this.#sending = this.#sending.then(put, put)
    return this.#sending
  }

  async #arm(): Promise<void> {
    const now = Date.now()
    const due = this.#sent === this.#newest() ? [this.#sweeps.dueAt(now), this.#syncs.dueAt()] : [now + wakeAgainMs]
    const next = Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY))
    if (next === Number.POSITIVE_INFINITY) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(next)
  }
}
