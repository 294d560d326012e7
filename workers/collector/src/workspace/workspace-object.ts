import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { publishedKey } from './read-workspace.ts'

/** The source of truth of the workspace: every version that was ever published, numbered from 1. */
export class WorkspaceObject extends DurableObject<Env> {
  readonly #sql: SqlStorage

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, published_at INTEGER NOT NULL, body TEXT NOT NULL)',
    )
  }

  /** The newest published workspace as JSON; null when none was published. */
  current(): string | null {
    return (
      this.#sql.exec<{ body: string }>('SELECT body FROM versions ORDER BY version DESC LIMIT 1').toArray()[0]?.body ??
      null
    )
  }

  /**
   * Keeps a checked workspace as the next version, then publishes it to all isolates. An alarm publishes again if that fails.
   *
   * @param ifVersion the version that the caller has seen; refused when another has been published since
   * @returns the version, or null when refused
   */
  async publish(workspace: string, ifVersion: number | undefined, now: number): Promise<number | null> {
    const newest = this.#version()
    if (ifVersion !== undefined && ifVersion !== newest) return null
    const version = newest + 1
    this.#sql.exec(
      'INSERT INTO versions (version, published_at, body) VALUES (?, ?, ?)',
      version,
      now,
      `{"version":${version},"workspace":${workspace}}`,
    )
    await this.ctx.storage.setAlarm(now + 1_000)
    await this.#send()
    return version
  }

  override async alarm(): Promise<void> {
    try {
      await this.#send()
    } catch (error) {
      console.error(JSON.stringify({ at: 'workspace.publish', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + 5_000)
    }
  }

  #version(): number {
    return this.#sql.exec<{ version: number | null }>('SELECT max(version) AS version FROM versions').one().version ?? 0
  }

  async #send(): Promise<void> {
    const body = this.current()
    if (body !== null) await this.env.CONFIG.put(publishedKey, body)
  }
}
