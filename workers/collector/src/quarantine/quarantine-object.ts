import { DurableObject } from 'cloudflare:workers'
import { retained, type Tally } from '@spartito/engine'
import { openOverwriting } from '@spartito/privacy'
import type { Event } from '@spartito/protocol'
import { keptMs } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { isOfPerson } from '../erasure/is-of-person.ts'
import { tally } from '../stats/tally.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import type { HeldPage, HeldQuestion, HeldRequest, Settled } from './held-request.ts'
import { openQuarantineStore } from './quarantine-store.ts'
import { openUnsentRows } from './unsent-rows.ts'

/** Of an object's name, `quarantine-<number>`. */
const shardOf = (name: string) => ({ name, number: name.slice(name.lastIndexOf('-') + 1) })

/** The lake hears of several requests together, and again when it has not said in time that it has them. */
const [tellAfterMs, tellAgainMs] = [2_000, 15_000]
const messagesAtATime = 50
const lookAgainMs = 86_400_000

const countLater = (error: unknown): void =>
  console.error(JSON.stringify({ at: 'quarantine.expired', error: String(error) }))

/** A share of the quarantine: events that wait until the workspace is mended, for 30 days (SPEC QR). */
export class Quarantine extends DurableObject<Env> {
  readonly #isConfirmed = this.env.CONFIRM_EVENTS === 'true'
  readonly #unsent = openUnsentRows(this.ctx.storage.sql, shardOf(this.ctx.id.name ?? ''), this.#isConfirmed)
  readonly #store = openQuarantineStore(this.ctx.storage, this.#unsent)
  readonly #overwriting = openOverwriting(this.ctx.storage, Number(this.env.OVERWRITE_DELAY_MS), 'quarantine')
  #alarmAt: number | undefined

  /** Keeps the events of a request, durably when it returns. @returns false when there is no room */
  async put(request: HeldRequest): Promise<boolean> {
    const now = Date.now()
    const isKept = this.#store.put(request, now)
    if (isKept) await this.#arm(now + tellAfterMs)
    return isKept
  }

  /** A page from a place on, or the entries that are named. */
  find(question: HeldQuestion): HeldPage {
    return 'at' in question
      ? { found: this.#store.at(question.at) }
      : this.#store.page(question.filter, question.start, question.limit)
  }

  /** The same, of entries that are about to be handed on. */
  begin(question: HeldQuestion): HeldPage {
    const page = this.find(question)
    this.#store.begin(page.found)
    return page
  }

  async settle(items: Settled[]): Promise<void> {
    this.#store.settle(items)
    await this.#arm(Date.now() + tellAfterMs)
  }

  async remove(items: { row: number; place: number }[]): Promise<void> {
    this.#store.remove(items)
    await this.#arm(Date.now() + tellAfterMs)
  }

  /**
   * Takes out what is of a person who is erased (CO7), and what the lake was still to be told of it.
   *
   * @param keys of the person's identifiers
   * @param after the row after which to begin
   */
  async erase(keys: string[], until: number, after: number): Promise<{ events: number; next?: number }> {
    const { plan } = await readWorkspace(this.env, Date.now())
    const known = new Set(keys)
    const isTheirs = (json: string): boolean => isOfPerson(JSON.parse(json) as Event, known, until, plan)
    this.#overwriting.noteFileSize()
    if (after === 0) this.#unsent.erase(isTheirs)
    const page = this.#store.erase(({ json }) => isTheirs(json), after)
    if (this.#unsent.hasHad()) this.#overwriting.ask(Date.now())
    await this.#arm(this.#overwriting.dueAt())
    return page
  }

  /** The lake has what these were about. */
  confirmRows(spans: { from: number; until: number }[]): void {
    this.#unsent.remove(spans)
  }

  /** What `GET /admin/stats` adds up. */
  counts(): Tally[] {
    return this.#store.counts()
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined
    this.#overwriting.noteFileSize()
    const next = await this.#expire(Date.now())
    await this.#tellLake()
    if (!this.#unsent.isEmpty()) await this.#arm(Date.now() + tellAgainMs)
    // Last: a crash while the lake is told has this alarm again, and not the one of a month later.
    await this.#arm(next)
    await this.#overwriting.run(Date.now())
    await this.#arm(this.#overwriting.dueAt())
  }

  /** @returns when to look again */
  async #expire(now: number): Promise<number | undefined> {
    const { retention } = await readWorkspace(this.env, now)
    const { next, expired } = this.#store.expire(now, (source) => keptMs(retention.quarantine, source))
    const tallies = [...expired].map(([source, count]) => retained('quarantine', source, now, count))
    if (tallies.length > 0) await tally(this.env, this.ctx.id.name ?? '', tallies).catch(countLater)
    // A retention that is shortened is seen within a day.
    return next === undefined ? undefined : Math.min(next, now + lookAgainMs)
  }

  async #tellLake(): Promise<void> {
    try {
      for (const { text, ...span } of this.#unsent.messages(messagesAtATime)) {
        await this.env.LAKE_ROWS.send(text, { contentType: 'text' })
        if (!this.#isConfirmed) this.#unsent.remove([span])
      }
    } catch (error) {
      console.error(JSON.stringify({ at: 'quarantine.lake', error: String(error) }))
    }
  }

  /** The alarm is moved only to an earlier instant; a later one is found when it fires. */
  async #arm(at: number | undefined): Promise<void> {
    if (at === undefined) return
    this.#alarmAt ??= (await this.ctx.storage.getAlarm()) ?? undefined
    if (this.#alarmAt !== undefined && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }
}
