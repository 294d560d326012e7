import { DurableObject } from 'cloudflare:workers'
import type { ErasedPerson } from '@spartito/destinations'
import { createLanes, type DeliverySummary, type ListedDelivery, type TakenDelivery } from '@spartito/engine'
import { openOverwriting } from '@spartito/privacy'
import type { Destination } from '@spartito/workspace'
import { type FoundSecret, findSecrets } from '../destinations/find-secrets.ts'
import { type Tried, tryDestination } from '../destinations/try-destination.ts'
import type { Env } from '../env.ts'
import { createDeletions, type Deleted } from './ask-deletion.ts'
import { createCourier } from './courier.ts'
import { openDeliveryStore } from './delivery-store.ts'
import { type Erased, type ErasedProfile, eraseProfiles } from './erase-profiles.ts'
import { expireParked } from './expire-parked.ts'
import { deliveriesOfProfiles, type ListState, listDeliveries, type Page } from './list-deliveries.ts'
import { newMeta } from './meta.ts'
import { type Pending, pendingOf, type Taken } from './pending.ts'
import { type ReplayAsk, type Replayed, replayParked } from './replay.ts'
import { createSettler } from './settler.ts'

/** More would not fit an object's memory: then whoever brings them keeps them, and brings them again. */
const maxPending = 200_000
/** So many outcomes do not wait for others to be told. */
const tellAtOnce = 400
const wakeAgainMs = 5_000
const lookAtMostEveryMs = 60_000
/** One that is older was lost. */
const alarmLostMs = 60_000

/**
 * The deliveries of one destination to a part of the profiles (SPEC DE1–DE4): from `take` on they are durable here, in the order of
 * each profile, until they are delivered, parked or skipped and the lake has been told. One alarm serves all.
 */
export class Deliveries extends DurableObject<Env> {
  readonly #store = openDeliveryStore(this.ctx.storage)
  readonly #lanes = createLanes<Pending>()
  readonly #loaded = this.#store.load()
  readonly #names = { name: () => this.#name, destination: () => this.#destination }
  readonly #settler = createSettler(
    { env: this.env, store: this.#store, lanes: this.#lanes, ...this.#names },
    this.#loaded.untold,
  )
  readonly #courier = createCourier({
    env: this.env,
    store: this.#store,
    lanes: this.#lanes,
    ...this.#names,
    settle: (pending, state, about) => this.#settler.settle(pending, state, about),
    shards: Number(this.env.DELIVERY_SHARDS),
  })
  readonly #askDeletion = createDeletions(this.env)
  readonly #overwriting = openOverwriting(this.ctx.storage, Number(this.env.OVERWRITE_DELAY_MS), 'deliveries')
  #alarmAt: number | undefined
  #expiresAt = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    for (const one of this.#loaded.pending) this.#lanes.add(one)
  }

  /**
   * Takes deliveries, each a `TakenDelivery` as JSON; when this returns they are stored, unless they were known. A repeated call
   * changes nothing.
   *
   * @param departing the destination as it was, when the workspace has let go of it
   * @returns how many wait here
   * @throws Error when there are too many: bring them again later
   */
  async take(items: string[], departing?: string): Promise<number> {
    if (this.#lanes.size() + items.length > maxPending) throw new Error('too many deliveries wait here already')
    await this.#readAlarm()
    const now = Date.now()
    const all = items.map((text): Taken => {
      const item = JSON.parse(text) as TakenDelivery
      return { item, pending: pendingOf(item, now) }
    })
    this.#accept(all, 'taken', departing)
    return this.#lanes.size()
  }

  /** What is known of it, for the administration. */
  summary(): DeliverySummary {
    const { delivered, skipped, superseded, latencies, breaker } = this.#settler.counted()
    let oldestPendingAt: number | null = null
    for (const { takenAt } of this.#lanes.all()) oldestPendingAt = Math.min(oldestPendingAt ?? takenAt, takenAt)
    const [pending, parked] = [this.#lanes.size(), this.#store.parkedCount()]
    const sending = this.#courier.sending()
    return { pending, sending, parked, delivered, skipped, superseded, oldestPendingAt, latencies, breaker }
  }

  list(state: ListState, after: string, limit: number): Page {
    return listDeliveries(this.#store, this.#lanes, state, after, limit)
  }

  /** What is known of the deliveries of profiles: for their export (SPEC CO8). */
  ofProfiles(profileIds: string[]): ListedDelivery[] {
    return deliveriesOfProfiles(this.#store, this.#lanes, profileIds)
  }

  /** Tries again what was parked, under its ids. What is not parked is left alone, so a repeated call changes nothing. */
  async replay(ask: ReplayAsk): Promise<Replayed> {
    await this.#readAlarm()
    return replayParked(ask, {
      store: this.#store,
      bucket: this.env.LAKE,
      destination: this.#destination,
      accept: (all) => this.#accept(all, 'parked'),
    })
  }

  /** Sends a sample, past all that waits. @param destination as it is published, as JSON @param audiences of the workspace */
  tryOut(destination: string, audiences: string[]): Promise<Tried> {
    return tryDestination(this.env, JSON.parse(destination) as Destination, audiences)
  }

  /** Which of a destination's secrets this Worker has. @param destination as JSON */
  secrets(destination: string): FoundSecret[] {
    return findSecrets(this.env, JSON.parse(destination) as Destination)
  }

  /** Withdraws what waits of these profiles but for exits, and forgets what was settled (CO7): asked again until nothing waits. */
  async erase(profiles: ErasedProfile[]): Promise<Erased> {
    if (this.#store.meta().name === '') return { counts: { withdrawn: 0, forgotten: 0, parked: 0 }, waiting: 0 }
    const erased = await eraseProfiles(profiles, {
      store: this.#store,
      lanes: this.#lanes,
      bucket: this.env.LAKE,
      destination: this.#destination,
      silence: (profileIds) => this.#settler.silence(profileIds),
    })
    await this.#readAlarm()
    this.#overwriting.ask(Date.now())
    await this.#plan()
    return erased
  }

  /** Asks the destination to delete a person. @param destination as it is published, as JSON @param person an `ErasedPerson`, as JSON */
  deletePerson(destination: string, person: string): Promise<Deleted> {
    return this.#askDeletion(JSON.parse(destination) as Destination, JSON.parse(person) as ErasedPerson)
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    try {
      this.#lanes.wake(Date.now())
      this.#begin()
      // It waits for no request: one that hangs would hold up what is due meanwhile.
      await this.#settler.tell()
      this.#overwriting.noteFileSize()
      this.#store.forget(this.#settler.openFrom(), Date.now())
      await this.#expireParked()
      await this.#overwriting.run(Date.now())
      await this.#plan()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'deliveries.alarm', destination: this.#destination, error: String(error) }))
      await this.#arm(Date.now() + wakeAgainMs)
    }
  }

  /** What is parked for too long goes (SPEC RT); looked for once a minute at most. */
  async #expireParked(): Promise<void> {
    const now = Date.now()
    if (now < this.#expiresAt) return
    const ports = { env: this.env, store: this.#store, name: this.#name, destination: this.#destination }
    const next = await expireParked(ports, now)
    this.#expiresAt = Math.max(now + lookAtMostEveryMs, next ?? 0)
    if (next !== undefined) await this.#arm(Math.max(next, this.#expiresAt))
  }

  get #name(): string {
    return this.ctx.id.name ?? this.#store.meta().name
  }

  get #destination(): string {
    return this.#name.slice(0, this.#name.lastIndexOf(':'))
  }

  /** Stores in one transaction what is new, or what was parked, and its alarm with it; then begins. */
  #accept(all: readonly Taken[], from: 'taken' | 'parked', departing?: string): void {
    const fresh: Taken[] = []
    try {
      this.#store.transaction(() => {
        const isFirst = !this.#store.exists()
        for (const taken of all) {
          if (from === 'taken' && this.#store.isKnown(taken.pending)) continue
          this.#store.take(taken)
          if (from === 'parked') this.#store.unpark(taken.pending.id)
          fresh.push(taken)
        }
        const meta = this.#store.meta()
        const openFrom = Math.min(meta.openFrom, ...fresh.map(({ pending }) => pending.slot))
        if (isFirst || openFrom < meta.openFrom || departing !== undefined)
          this.#store.keepMeta({
            ...(isFirst ? newMeta : meta),
            name: this.#name,
            openFrom,
            ...(departing !== undefined && { departing: JSON.parse(departing) as Destination }),
          })
      })
    } catch (error) {
      // It is undone in the storage but not in memory: the next call begins with a new instance.
      this.ctx.abort(String(error))
      throw error
    }
    if (fresh.length === 0) return
    this.#overwriting.noteFileSize()
    for (const { pending } of fresh) this.#lanes.add(pending)
    // With what is stored, in one write: also what a crash leaves is woken.
    void this.#arm(Date.now() + Number(this.env.OUTCOMES_DELAY_MS))
    this.#begin()
  }

  #begin(): void {
    this.#courier.start()
    if (this.#courier.isRunning()) this.ctx.waitUntil(this.#afterwards())
  }

  async #afterwards(): Promise<void> {
    await this.#courier.idle()
    try {
      if (this.#settler.untold() >= tellAtOnce) await this.#settler.tell()
    } catch (error) {
      console.error(JSON.stringify({ at: 'deliveries.tell', destination: this.#destination, error: String(error) }))
    }
    await this.#plan()
  }

  /** The alarm for what is due next: a delivery, or outcomes to be told. */
  async #plan(): Promise<void> {
    const now = Date.now()
    const { isDue, next } = this.#lanes.wake(now)
    const isRunning = this.#courier.isRunning()
    // What is due is taken up by the requests under way, as they end: an alarm for it would come at once, and again.
    const dueAt = isDue && !isRunning ? now : next
    if (dueAt !== undefined) await this.#arm(Math.max(dueAt, this.#courier.waitsUntil()))
    const overwriteAt = this.#overwriting.dueAt()
    if (overwriteAt !== undefined) await this.#arm(overwriteAt)
    if (this.#settler.untold() > 0 || isRunning) await this.#arm(now + Number(this.env.OUTCOMES_DELAY_MS))
  }

  async #readAlarm(): Promise<void> {
    this.#alarmAt ??= (await this.ctx.storage.getAlarm()) ?? undefined
  }

  /** The alarm is moved only to an earlier instant; a later one is found when it fires. */
  async #arm(at: number): Promise<void> {
    if (this.#alarmAt !== undefined && this.#alarmAt <= at && this.#alarmAt > Date.now() - alarmLostMs) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }
}
