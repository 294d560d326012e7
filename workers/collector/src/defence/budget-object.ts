import { DurableObject } from 'cloudflare:workers'
import { grantedWithin, grantWithin, type MinuteWindow } from '@spartito/engine'
import type { Env } from '../env.ts'

export interface Grant {
  granted: number
  /** when to ask again where nothing was granted */
  retryAfterMs: number
}

const key = 'window'
/** Past this share of a budget it is stored: an object that is put away meanwhile would begin anew. */
const storedShare = 0.25
const forgetMs = 120_000

/**
 * What has been granted of one budget within the last minute: of a source and a network, or of a whole source (SPEC WS). Isolates ask for
 * some at a time. A network that takes little stores nothing, so that its object is only a call; one that takes much stores a row a
 * call, and forgets it when the flood is over.
 */
export class Budget extends DurableObject<Env> {
  #window: MinuteWindow = this.ctx.storage.kv.get<MinuteWindow>(key) ?? []
  #hasAlarm = false

  /**
   * @param budget a minute; the caller's workspace says it
   * @param wanted how many would be welcome
   * @param atLeast fewer are of no use
   */
  take(budget: number, wanted: number, atLeast: number): Grant {
    const now = Date.now()
    const { window, granted, retryAfterMs } = grantWithin(this.#window, budget, wanted, atLeast, now)
    this.#window = window
    if (granted > 0 && grantedWithin(window, now) > budget * storedShare) this.#store(now)
    return { granted, retryAfterMs }
  }

  override async alarm(): Promise<void> {
    this.#hasAlarm = false
    if (grantedWithin(this.#window, Date.now()) > 0) this.#setAlarm(Date.now())
    else await this.ctx.storage.deleteAll()
  }

  #store(now: number): void {
    this.ctx.storage.kv.put(key, this.#window)
    if (!this.#hasAlarm) this.#setAlarm(now)
  }

  #setAlarm(now: number): void {
    this.#hasAlarm = true
    void this.ctx.storage.setAlarm(now + forgetMs)
  }
}
