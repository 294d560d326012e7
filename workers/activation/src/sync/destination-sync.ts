import { DurableObject } from 'cloudflare:workers'
import { rosterShards } from '@spartito/engine'
import type { SyncStep } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { rosterStub } from '../object-stubs.ts'
import { takeMembers } from './take-members.ts'

/** A destination's turn through the members of some audiences, and where it has come to. */
export interface SyncRun extends SyncStep {
  /** numbers the runs of a destination, from 1 */
  run: number
  /** what asked for it, so that asking twice is one run */
  key: string
  /** the workspace's version that asks for it */
  version: number
  /** epoch ms; what is sent carries it, so that a page taken again is the same */
  startedAt: number
  /** the place in `audiences`, the roster's shard and the profileId after which it goes on */
  at: { audience: number; shard: number; after: string }
  /** members that were handed over */
  taken: number
}

/** What is kept of all runs, in one entry. */
interface State {
  last: number
  /** the newest keys */
  keys: string[]
  /** not done yet, in their order */
  runs: SyncRun[]
}

/** What the administration shows of one that is under way. */
export type SyncProgress = Pick<SyncRun, 'run' | 'type' | 'audiences' | 'startedAt' | 'taken'>

const rememberedKeys = 100
/** While more than this wait at one object, members wait in the roster. */
const maxWaiting = 1_000
const busyMs = 5_000
const wakeAgainMs = 5_000
/** Pages that one alarm does, when nothing is to be waited for in between. */
const pagesOfAlarm = 20

/**
 * Tells one destination of the members that its audiences have already (SPEC DE7): page by page through the roster, each stored before
 * the next, at a bounded pace. The object's name is the destination's id.
 */
export class DestinationSync extends DurableObject<Env> {
  #state: State = JSON.parse(this.ctx.storage.kv.get<string>('state') ?? '{"last":0,"keys":[],"runs":[]}') as State

  /**
   * Begins a run, after those that are under way.
   *
   * @param step a `SyncStep` as JSON
   * @param key asked for twice under the same key it is one run
   * @returns its number
   */
  async begin(step: string, key: string, version: number): Promise<number> {
    const { last, keys, runs } = this.#state
    if (keys.includes(key)) return last
    const run: SyncRun = {
      ...(JSON.parse(step) as SyncStep),
      run: last + 1,
      key,
      version,
      startedAt: Date.now(),
      at: { audience: 0, shard: 0, after: '' },
      taken: 0,
    }
    this.#keep({ last: run.run, keys: [...keys, key].slice(-rememberedKeys), runs: [...runs, run] })
    await this.ctx.storage.setAlarm(Date.now())
    return run.run
  }

  /** Those that are under way. */
  progress(): SyncProgress[] {
    return this.#state.runs.map(({ run, type, audiences, startedAt, taken }) => ({
      run,
      type,
      audiences,
      startedAt,
      taken,
    }))
  }

  override async alarm(): Promise<void> {
    try {
      const delayMs = Number(this.env.SYNC_DELAY_MS)
      for (let page = 0; page < pagesOfAlarm && this.#state.runs.length > 0; page++) {
        const { found, waiting } = await this.#nextPage()
        const pauseMs = waiting > maxWaiting ? Math.max(busyMs, delayMs) : found > 0 ? delayMs : 0
        if (pauseMs > 0 && this.#state.runs.length > 0) return await this.ctx.storage.setAlarm(Date.now() + pauseMs)
      }
      if (this.#state.runs.length > 0) await this.ctx.storage.setAlarm(Date.now())
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'sync.alarm', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + wakeAgainMs)
    }
  }

  /** Hands over the next members of the first run. @returns how many there were, and how many wait at the object that has most */
  async #nextPage(): Promise<{ found: number; waiting: number }> {
    const [run, ...later] = this.#state.runs as [SyncRun, ...SyncRun[]]
    const { audience, shard, after } = run.at
    const limit = Number(this.env.SYNC_PAGE)
    const members = await rosterStub(this.env, shard).members(run.audiences[audience]!, after, limit)
    const { taken, waiting } = await takeMembers(this.env, run, run.audiences[audience]!, members)
    const at = this.#after(run, members)
    const runs = at ? [{ ...run, at, taken: run.taken + taken }, ...later] : later
    // An empty shard is walked over in memory: a crash walks over it again.
    const next = { ...this.#state, runs }
    if (members.length > 0 || !at) this.#keep(next)
    else this.#state = next
    return { found: members.length, waiting }
  }

  /** Where a run goes on after a page; undefined when it is through. */
  #after({ at, audiences }: SyncRun, members: readonly { profileId: string }[]): SyncRun['at'] | undefined {
    if (members.length === Number(this.env.SYNC_PAGE)) return { ...at, after: members.at(-1)!.profileId }
    const shards = Number(this.env.ROSTER_SHARDS) || rosterShards
    if (at.shard + 1 < shards) return { ...at, shard: at.shard + 1, after: '' }
    return at.audience + 1 < audiences.length ? { audience: at.audience + 1, shard: 0, after: '' } : undefined
  }

  #keep(state: State): void {
    this.#state = state
    this.ctx.storage.kv.put('state', JSON.stringify(state))
  }
}
