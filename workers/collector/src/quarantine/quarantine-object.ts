import { DurableObject } from 'cloudflare:workers'
import type { Tally } from '@spartito/engine'
import type { Env } from '../env.ts'
import type { HeldPage, HeldQuestion, HeldRequest, Settled } from './held-request.ts'
import { keptMs, openQuarantineStore } from './quarantine-store.ts'

/** A share of the quarantine: events that wait until the workspace is mended, for 30 days (SPEC QR). */
export class Quarantine extends DurableObject<Env> {
  readonly #store = openQuarantineStore(this.ctx.storage)
  #isArmed = false

  /** Keeps the events of a request, durably when it returns. @returns false when there is no room */
  async put(request: HeldRequest): Promise<boolean> {
    const now = Date.now()
    const isKept = this.#store.put(request, now)
    if (isKept && !this.#isArmed) {
      if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + keptMs)
      this.#isArmed = true
    }
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

  settle(items: Settled[]): void {
    this.#store.settle(items)
  }

  remove(items: { row: number; place: number }[]): void {
    this.#store.remove(items)
  }

  /** What `GET /admin/stats` adds up. */
  counts(): Tally[] {
    return this.#store.counts()
  }

  override async alarm(): Promise<void> {
    const next = this.#store.expire(Date.now())
    this.#isArmed = next !== undefined
    if (next !== undefined) await this.ctx.storage.setAlarm(next)
  }
}
