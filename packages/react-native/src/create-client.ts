import { type AnyPlan, type Client, type Config, createClient as createWithPorts, type Watcher } from '@spartito/sdk'
import { checkPlatform, randomBytesOf } from './check-platform.ts'
import { type Changing, contextOf, type PageContext } from './context.ts'
import type { Host } from './host.ts'
import { campaignOf } from './links/campaign-of.ts'
import { recordedUrl } from './links/recorded-url.ts'
import { watchStart } from './settled-start.ts'
import { dropUnreadable } from './store/drop-unreadable.ts'
import { keyValuesOf } from './store/key-values.ts'
import { createStore } from './store/store.ts'
import { watchApp } from './watch-app.ts'

export interface AppClient<Plan = AnyPlan> extends Client<Plan> {
  /** Goes with every event from now on, as `context.device.token`, and with one at once; undefined ends that. */
  setPushToken(token: string | undefined): void
  /** Runs calls whose events are of a page in a web view, as their `context.page`. */
  onPage(page: PageContext, calls: () => void): void
  /** Sends a last time what waits, and then nothing more; lets go of the app's events. What is left is kept for the next start. */
  stop(): void
}

/**
 * The collector's origin: React Native's URL resolves no path against an address that has one.
 *
 * @throws TypeError for what is no address
 */
const originOf = (collector: string): string => {
  const origin = /^https?:\/\/[^/?#]+/i.exec(collector)?.[0]
  if (!origin) throw new TypeError(`collector must be an address such as https://data.shop.example, not ${collector}`)
  return origin.toLowerCase()
}

/**
 * Starts the client in an app. Events are kept in the app's storage until the collector has said what became of them, also over days
 * without a network and over starts of the app. Start one for each write key.
 *
 * `flush` also works right after a start, as in a task that the system runs in the background: it sends what earlier starts have left.
 *
 * @throws TypeError when the platform or the host lacks what the client cannot do without
 */
export const createClient = <Plan = AnyPlan>(config: Config, host: Host): AppClient<Plan> => {
  checkPlatform(globalThis)
  const changing: Changing = {}
  const ends: (() => void)[] = []
  let landing = ''
  let watcher: Watcher | undefined
  let isStopped = false
  let turn: Promise<unknown> = Promise.resolve()
  const send = host.fetch ?? fetch
  const timer = (work: () => void, delayMs: number): unknown => setTimeout(work, delayMs)
  const kept = dropUnreadable(createStore(keyValuesOf(host.storage), config.writeKey))
  const { store, settled } = watchStart(kept, timer)
  const { recordLink = recordedUrl } = host

  const open = (client: Pick<Client, 'track'>, link: string): void => {
    landing = campaignOf(link) || landing
    const url = recordLink(link)
    if (url !== undefined) client.track('Deep Link Opened', { url })
  }

  let prepared: Promise<unknown> = Promise.resolve()
  const prepare = async (started: Client): Promise<void> => {
    const links = host.Linking?.addEventListener('url', ({ url }) => open(started, url))
    ends.push(() => links?.remove())
    const url = await host.Linking?.getInitialURL()
    if (url) open(started, url)
  }

  const client = createWithPorts<Plan>(
    { ...config, collector: originOf(config.collector) },
    {
      now: () => Date.now(),
      random: () => Math.random(),
      randomBytes: randomBytesOf(host),
      timer,
      fetch: (url, { method, body, signal }) =>
        // rejects as an unreachable network does: what waits stays where it is
        isStopped
          ? Promise.reject(new Error('stopped'))
          : send(url.href, { method, body, signal, headers: { 'content-type': 'application/json' } }),
      store,
      // The store is asked before anything is stamped; a phone has no second, synchronous place.
      device: { read: () => [], write: () => {} },
      lock: (work) => {
        turn = turn.then(work).catch(() => undefined)
        return turn
      },
      context: () => contextOf(host, changing),
      get landing() {
        return landing
      },
      isPrivate: undefined,
      watch(own) {
        watcher = own
        ends.push(
          watchApp(host, changing, {
            ...own,
            leave() {
              // at once what is in memory, then, as long as the system lets it, what earlier starts have left
              own.leave()
              void client?.flush()
            },
          }),
        )
      },
      prepare: (started) => {
        prepared = prepare(started)
        return prepared
      },
    },
  )
  const flushNow = client.flush

  return Object.assign(client, {
    async flush() {
      await Promise.all([settled(), prepared.catch(() => undefined)])
      // what came before a choice, or before the app's link was known, is released by then
      await settled()
      await flushNow()
    },
    setPushToken(token: string | undefined) {
      if (token === changing.pushToken) return
      if (token === undefined) delete changing.pushToken
      else changing.pushToken = token
      if (token !== undefined) client.identify({})
    },
    onPage(page: PageContext, calls: () => void) {
      changing.page = page
      try {
        calls()
      } finally {
        delete changing.page
      }
    },
    stop() {
      for (const end of ends.splice(0)) end()
      watcher?.leave()
      isStopped = true
    },
  })
}
