import { DurableObject } from 'cloudflare:workers'
import { compactStep, type Manifest, makeManifest, manifestKey, stepLimits } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { bucketStore } from './bucket-store.ts'
import { type DirtyHour, openDirtyHours } from './dirty-hours.ts'

type Hour = Pick<DirtyHour, 'kind' | 'hour'>

/** What one run may take; what is left is the next one's. */
const maxSteps = 5
const maxFiles = 500
const maxRunMs = 60_000
const tryAgainMs = 30_000

const keyOf = ({ kind, hour }: Hour): string => `${kind} ${hour}`

const endOf = (hour: string): EpochMs => Date.parse(`${hour}:00:00Z`) + 3_600_000

/**
 * The one who joins files of the lake (SPEC LA3): consumers tell it of each hour that they have written to, and some minutes after the hour
 * it joins what is there, as often as more comes late. Being one object it never meets itself; what it did not end it begins again.
 */
export class LakeKeeper extends DurableObject<Env> {
  readonly #hours = openDirtyHours(this.ctx.storage.sql)
  readonly #store = bucketStore(this.env.LAKE)
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

  /** What the lake has of an hour: as it was kept when its files were joined, else as it is now. */
  async manifests(hours: readonly Hour[]): Promise<Manifest[]> {
    const manifests: Manifest[] = []
    for (const { kind, hour } of hours) {
      const kept = this.#hours.has({ kind, hour }) ? null : await this.env.LAKE.get(manifestKey(kind, hour))
      // Not while files go and come.
      manifests.push(
        kept ? await kept.json<Manifest>() : await this.#alone(() => makeManifest(kind, hour, this.#store)),
      )
    }
    return manifests
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    try {
      const now = Date.now()
      await this.#alone(() => this.#run(({ due }) => due <= now))
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

  async #run(isMeant: (hour: DirtyHour) => boolean): Promise<void> {
    const until = Date.now() + maxRunMs
    let [steps, files] = [maxSteps, maxFiles]
    const isOver = (): boolean => steps <= 0 || files <= 0 || Date.now() >= until
    for (const its of this.#hours.all().filter(isMeant)) {
      if (isOver()) return
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
    // What came meanwhile waits its time.
    if (this.#again.has(keyOf({ kind, hour }))) this.#hours.set({ kind, hour, due: this.#dueAfter(hour, Date.now()) })
    else this.#hours.forget({ kind, hour })
  }

  #dueAfter(hour: string, now: EpochMs): EpochMs {
    return Math.max(endOf(hour), now) + Number(this.env.LAKE_JOIN_DELAY_MS)
  }

  /** The alarm is moved only to an earlier instant; a later one is found when it fires. */
  async #arm(): Promise<void> {
    const [next] = this.#hours.all()
    if (!next) return
    this.#alarmAt ??= (await this.ctx.storage.getAlarm()) ?? undefined
    const at = Math.max(next.due, Date.now())
    if (this.#alarmAt !== undefined && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }
}
