import { createClient } from '../client.ts'
import type { Client } from '../client-api.ts'
import type { Config } from '../config.ts'
import type { Device, Fetch, Ports, Watcher } from '../ports.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'

export interface WireEvent {
  messageId: string
  type: string
  event?: string
  name?: string
  anonymousId: string
  userId?: string
  groupId?: string
  previousId?: string
  properties?: Record<string, unknown>
  traits?: Record<string, unknown>
  originalTimestamp: number
  context: {
    sessionId: string
    campaign?: Record<string, string>
    consent: { categoryPreferences: Record<string, boolean> }
    [field: string]: unknown
  }
}

export interface Request {
  url: string
  body: { writeKey: string; sentAt: number; batch: WireEvent[]; drops?: Record<string, number> }
  keepalive: boolean
  signal: AbortSignal
}

/** How the collector answers a request: a status, or never, or not at all. */
export type Reply = number | 'hang' | 'fail'

export interface World {
  clock: FakeClock
  store: MemoryStore
  /** the device's copies of the state; null while it holds none */
  device: { shared: string | null; own: string | null; isRefused: boolean; writes: number }
  collector: {
    requests: Request[]
    /** the events of requests that were answered with 2xx, in order */
    events: WireEvent[]
    reply: (request: Request) => Reply
    audiences: string[]
    retryAfter: string | null
  }
  openTab(config?: Partial<Config>, ports?: Partial<Ports>): Tab
}

export interface Tab extends Watcher {
  client: Client
  config: Config
}

/** One device with any number of tabs, and a collector. */
export const createWorld = (): World => {
  const clock = createFakeClock()
  const store = createMemoryStore()
  const device = { shared: null as string | null, own: null as string | null, isRefused: false, writes: 0 }
  const tabs: Tab[] = []
  let turn: Promise<unknown> = Promise.resolve()
  let seed = 1
  const nextByte = (): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed & 255
  }

  const collector: World['collector'] = {
    requests: [],
    events: [],
    reply: () => 200,
    audiences: [],
    retryAfter: null,
  }
  const fetch: Fetch = (url, { body, keepalive, signal }) =>
    new Promise((resolve, reject) => {
      const request: Request = { url: url.href, body: JSON.parse(body), keepalive, signal }
      collector.requests.push(request)
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      const reply = collector.reply(request)
      if (reply === 'fail') reject(new TypeError('Failed to fetch'))
      if (typeof reply !== 'number') return
      if (reply >= 200 && reply < 300) collector.events.push(...request.body.batch)
      resolve({
        status: reply,
        headers: { get: (name) => (name === 'retry-after' ? collector.retryAfter : null) },
        json: async () => ({
          success: true,
          accepted: request.body.batch.length,
          duplicate: 0,
          rejected: [],
          profile: { audiences: collector.audiences },
        }),
      })
    })

  const openTab: World['openTab'] = (config = {}, ports = {}) => {
    const tab = {} as Tab
    const own: Device = {
      read: () => [device.own, device.shared].filter((copy) => copy !== null),
      write(shared, long) {
        if (device.isRefused) return
        device.writes++
        device.shared = shared
        device.own = long
        for (const other of tabs) if (other !== tab) queueMicrotask(() => other.change())
      },
    }
    const full: Config = { writeKey: 'wk', collector: 'https://collect.example', ...config }
    const client = createClient(full, {
      now: clock.now,
      timer: clock.timer,
      random: () => 0.5,
      // a small generator: ids differ, and are the same in each run
      randomBytes: (count) => Uint8Array.from({ length: count }, nextByte),
      fetch,
      store,
      device: own,
      lock: (work) => (turn = turn.then(work).catch(() => undefined)),
      context: () => JSON.stringify({ page: { path: '/' }, library: { name: 'test', version: '0' } }),
      landing: '',
      isPrivate: false,
      watch: (watcher) => {
        Object.assign(tab, watcher)
        tabs.push(tab)
      },
      ...ports,
    })
    return Object.assign(tab, { client, config: full })
  }
  return { clock, store, device, collector, openTab }
}

/** What was delivered, as names: a track's event, else the type. */
export const names = (events: WireEvent[]): string[] => events.map(({ event, type }) => event ?? type)

/** A tab that collects without a choice, once it has looked into its store. */
export const openCollecting = async (world: World): Promise<Tab> => {
  const tab = world.openTab({ consent: { policy: 'opt-out' } })
  await world.clock.advance(1_000)
  return tab
}

export const trackMany = ({ client }: Tab, event: string, count: number): void => {
  for (let i = 0; i < count; i++) client.track(event, { i })
}

/** How many events the store holds. */
export const countQueued = ({ store }: World): number => [...store.rows.keys()].filter((key) => key < ':').length
