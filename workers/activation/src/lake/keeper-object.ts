import { DurableObject } from 'cloudflare:workers'
import {
  compactStep,
  type ErasureAsk,
  type LakeErasureState,
  type Manifest,
  makeManifest,
  manifestKey,
  stepLimits,
} from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { readWorkspace } from '../read-workspace.ts'
import { bucketStore } from './bucket-store.ts'
import { type DirtyHour, openDirtyHours } from './dirty-hours.ts'
import { openErasing } from './erasing/erasing.ts'
import { openErasureTable } from './erasing/erasure-table.ts'
import { openExpiring } from './expiring/expiring.ts'
import { openRemovedRows } from './removing/removed-rows.ts'
import { openRewriter } from './removing/rewriter.ts'
import { runBudget } from './run-budget.ts'

type Hour = Pick<DirtyHour, 'kind' | 'hour'>

/** What one run may take; what is left is the next one's. */
const maxSteps = 5
const maxFiles = 500
const maxRequests = 500
const maxRunMs = 60_000
/** Of those that go through the whole lake: questions wait for them. */
const maxPassMs = 15_000
const tryAgainMs = 30_000

const keyOf = ({ kind, hour }: { kind: string; hour: string }): string => `${kind} ${hour}`

const endOf = (hour: string): EpochMs => Date.parse(`${hour}:00:00Z`) + 3_600_000

/**
 * The one who rewrites what lies in the lake. It joins files (SPEC LA3): consumers tell it of each hour that they have written to, and some
 * minutes after the hour it joins what is there, as often as more comes late. It takes out persons who are erased (CO7) and what was kept
 * for its time (RT). Being one object it never meets itself; what it did not end it begins again.
 */
export class LakeKeeper extends DurableObject<Env> {
  readonly #hours = openDirtyHours(this.ctx.storage.sql)
  readonly #store = bucketStore(this.env.LAKE)
  readonly #removed = openRemovedRows(this.ctx.storage.sql)
  readonly #erasures = openErasureTable(this.ctx.storage.sql)
  readonly #rewriter = openRewriter(this.ctx.storage, this.env.LAKE, this.#removed, ({ what, rows, of }) => {
    this.#erasures.count(what, rows)
    // Its manifest tells of rows that are gone.
    if (of && of.kind !== 'profiles') this.#lookAgain({ kind: of.kind, hour: of.hour })
  })
  readonly #erasing = openErasing({
    storage: this.ctx.storage,
    bucket: this.env.LAKE,
    store: this.#store,
    rewriter: this.#rewriter,
    table: this.#erasures,
  })
  readonly #expiring = openExpiring({
    storage: this.ctx.storage,
    bucket: this.env.LAKE,
    store: this.#store,
    rewriter: this.#rewriter,
    removed: this.#removed,
    manifestOf: async (kind, hour) =>
      (await this.#keptManifest({ kind, hour })) ?? makeManifest(kind, hour, this.#store),
    isHeldOff: (kind, hour) => this.#isHeldOff({ kind, hour }),
  })
  #alarmAt: EpochMs | undefined
  /** hours that were told of since the run that is under way began with them */
  #again = new Set<string>()
  #running: Promise<unknown> = Promise.resolve()

  /** Files were stored; told again, it changes nothing. */
  async note(hours: readonly Hour[]): Promise<void> {
    const now = Date.now()
    for (const { kind, hour } of hours) {
      this.#again.add(keyOf({ kind, hour }))
      if (!this.#hours.has({ kind, hour })) this.#hours.set({ kind, hour, due: this.#dueAfter(hour, now) })
      this.#erasing.note({ kind, hour })
      this.#expiring.note(kind, hour)
    }
    await this.#arm()
  }

  /**
   * Joins the files of these hours now, even of one that is not over, and of one that nobody has told it of.
   *
   * @returns how many hours are left: ask again
   */
  async compact(hours: readonly Hour[]): Promise<{ left: number }> {
    const meant = new Set(hours.map(keyOf))
    for (const hour of hours) if (!this.#hours.has(hour)) this.#hours.set({ ...hour, due: Date.now() })
    await this.#alone(() => this.#run((its) => meant.has(keyOf(its))))
    await this.#arm()
    return { left: this.#hours.all().filter((its) => meant.has(keyOf(its))).length }
  }

  /** What the lake has of an hour, as it was kept when its files were joined, else as it is now; and what was taken out. */
  async manifests(hours: readonly Hour[]): Promise<Manifest[]> {
    const manifests: Manifest[] = []
    for (const hour of hours) {
      // Not while files go and come.
      const manifest =
        (await this.#keptManifest(hour)) ?? (await this.#alone(() => makeManifest(hour.kind, hour.hour, this.#store)))
      const removed = this.#removed.of(hour.kind, hour.hour)
      manifests.push({ ...manifest, ...(removed.length > 0 && { removed }) })
    }
    return manifests
  }

  /** Takes a person out of all files (SPEC CO7). Repeated with the same erasureId it changes nothing; it goes on by the alarm. */
  async startErasure(ask: ErasureAsk): Promise<void> {
    await this.#erasing.start(ask)
    await this.#arm()
  }

  /** @returns null when nobody has asked for it */
  erasureState(erasureId: string): LakeErasureState | null {
    return this.#erasing.state(erasureId)
  }

  /** Takes out what has been kept for its time, by the newest workspace; it goes on by the alarm. @returns whether something is left */
  async expire(): Promise<{ isDue: boolean }> {
    this.#expiring.begin()
    // First, so that what is cut off is gone on with.
    await this.#arm()
    await this.#alone(() => this.#expire())
    return { isDue: this.#expiring.isDue() }
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    try {
      const now = Date.now()
      await this.#alone(() => this.#run(({ due }) => due <= now))
      await this.#alone(() => this.#erase())
      await this.#alone(() => this.#expire())
      await this.#arm()
    } catch (error) {
      // An alarm that throws is tried a few times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'lake.keeper', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + tryAgainMs)
    }
  }

  /** One run at a time. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#running.then(work, work)
    this.#running = run.catch(() => undefined)
    return run
  }

  async #erase(): Promise<void> {
    if ((this.#erasing.dueAt() ?? Number.POSITIVE_INFINITY) > Date.now()) return
    await this.#rewriter.settle()
    await this.#erasing.run(runBudget(maxRequests, maxPassMs))
  }

  async #expire(): Promise<void> {
    if (!this.#expiring.isDue()) return
    await this.#rewriter.settle()
    const now = Date.now()
    const { retention } = await readWorkspace(this.env, now)
    await this.#expiring.run(retention, now, runBudget(maxRequests, maxPassMs))
  }

  /** Whose files must stay where they are: a pass is in the middle of them. */
  #isHeldOff(hour: { kind: string; hour: string }): boolean {
    const underWay = this.#erasing.underWay()
    return underWay !== undefined && keyOf(underWay) === keyOf(hour)
  }

  async #keptManifest({ kind, hour }: Hour): Promise<Manifest | undefined> {
    if (this.#hours.has({ kind, hour })) return undefined
    return (await this.env.LAKE.get(manifestKey(kind, hour)))?.json<Manifest>()
  }

  #lookAgain(hour: Hour): void {
    if (!this.#hours.has(hour)) this.#hours.set({ ...hour, due: this.#dueAfter(hour.hour, Date.now()) })
  }

  async #run(isMeant: (hour: DirtyHour) => boolean): Promise<void> {
    const until = Date.now() + maxRunMs
    let [steps, files] = [maxSteps, maxFiles]
    const isOver = (): boolean => steps <= 0 || files <= 0 || Date.now() >= until
    for (const its of this.#hours.all().filter(isMeant)) {
      if (isOver()) return
      if (this.#isHeldOff(its)) continue
      this.#again.delete(keyOf(its))
      let step = await compactStep(its.kind, its.hour, this.#store, stepLimits)
      for (; step && !isOver(); steps--) {
        files -= step.joined
        step = await compactStep(its.kind, its.hour, this.#store, stepLimits)
      }
      if (!step) await this.#end(its)
    }
  }

  async #end({ kind, hour }: DirtyHour): Promise<void> {
    const manifest = await makeManifest(kind, hour, this.#store)
    if (manifest.files.length > 0) await this.env.LAKE.put(manifestKey(kind, hour), JSON.stringify(manifest))
    else await this.env.LAKE.delete(manifestKey(kind, hour))
    // What came meanwhile waits its time.
    if (this.#again.has(keyOf({ kind, hour }))) this.#hours.set({ kind, hour, due: this.#dueAfter(hour, Date.now()) })
    else this.#hours.forget({ kind, hour })
  }

  #dueAfter(hour: string, now: EpochMs): EpochMs {
    return Math.max(endOf(hour), now) + Number(this.env.LAKE_JOIN_DELAY_MS)
  }

  /** The alarm is moved only to an earlier instant; a later one is found when it fires. */
  async #arm(): Promise<void> {
    const all = [this.#hours.all()[0]?.due, this.#erasing.dueAt(), this.#expiring.isDue() ? 0 : undefined]
    const next = Math.min(...all.filter((due) => due !== undefined))
    if (!Number.isFinite(next)) return
    this.#alarmAt ??= (await this.ctx.storage.getAlarm()) ?? undefined
    const at = Math.max(next, Date.now())
    if (this.#alarmAt !== undefined && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }
}
