import type { Config } from '@spartito/sdk'
import { createRows, isEventKey } from '@spartito/sdk/event-rows'
import { createSender } from '@spartito/sdk/sender'
import { createStore as openDatabase } from 'idb-keyval'
import { createLock } from '../lock.ts'
import { createStore } from '../store.ts'
import { queueName } from './queue-name.ts'
import type { WorkerScope } from './worker-globals.ts'

/** As a browser lets a worker live that has no sync to wait for, in ms. */
const patienceMs = 25_000
const pauseMs = 1_000
/** How long a page that is still there, hidden or just online again, has for its own rows, in ms: else both would send them. */
const aheadMs = 1_000

/**
 * Sends what pages have left in their queue, from a service worker, when the browser says that there is a network again (Background Sync), or
 * when a page asks for it as it leaves. It is one more sender beside the pages: on their store and under their lock, so that nothing is sent by
 * two at once, and what the collector has not answered for stays for the browser's next try and the next page.
 *
 * It opens no store that is not there: before consent, and after a withdrawal, it does nothing at all.
 *
 * @param config as the page's: `writeKey`, `collector` and `credentials` count
 * @see SPEC.md QU1, QU2
 */
export const keepSending = (
  config: Pick<Config, 'writeKey' | 'collector' | 'credentials'>,
  scope: WorkerScope = globalThis as unknown as WorkerScope,
): void => {
  const name = queueName(config.writeKey)
  const now = (): number => Date.now()
  const timer = (work: () => void, delayMs: number): unknown => setTimeout(work, delayMs)
  const use = openDatabase(name, 'rows')
  const store = createStore(name, use)
  const rows = createRows({ store, timer })
  const ports = {
    fetch: (url: URL, init: object): Promise<Response> => fetch(url, init),
    timer,
    now,
    random: Math.random,
    lock: createLock(name, use, now, timer),
  }
  // Tokens are in the memory of pages alone: what a worker sends is as verified as the cookie says. And no page hears of the answer:
  // its next one tells it who is in which audience.
  const sender = createSender(
    config,
    ports,
    rows,
    () => ({ token: undefined }),
    () => {},
  )

  const leaves = async (): Promise<boolean> => {
    for (const key of (await rows.read()).keys()) if (isEventKey(key)) return true
    return false
  }

  const pause = (ms: number): Promise<unknown> => new Promise((resolve) => timer(() => resolve(0), ms))

  /** @returns whether nothing waits any more */
  const sendAll = async (): Promise<boolean> => {
    if (!(await store.exists())) return true
    await rows.open()
    if (!(await leaves())) return true
    sender.wake()
    await sender.flush()
    return !(await leaves())
  }

  const sync = async (): Promise<void> => {
    await pause(aheadMs)
    // the browser asks again, later and later, only when this one fails
    if (!(await sendAll())) throw new Error('the collector has not answered for all events yet')
  }

  const sendWhileAlive = async (): Promise<void> => {
    const until = now() + patienceMs
    await pause(aheadMs)
    while (!(await sendAll()) && now() < until) await pause(pauseMs)
  }

  scope.addEventListener('sync', (event) => {
    if (event.tag === name) event.waitUntil(sync())
  })
  scope.addEventListener('message', (event) => {
    if (event.data === name) event.waitUntil(sendWhileAlive())
  })
}
