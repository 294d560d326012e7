import type { Config } from '@spartito/sdk'
import { createClient } from '../create-client.ts'
import type { AsyncStorage3, Host } from '../host.ts'
import { asyncStorage3 } from './storages.ts'

interface Sent {
  type: string
  event?: string
  name?: string
  messageId: string
  anonymousId: string
  context: { [name: string]: unknown }
  properties?: { [name: string]: unknown }
}

/** A phone: what it keeps, the states of its app, its network, and a collector that takes what reaches it. */
export const createPhone = () => {
  const kept = new Map<string, string>()
  const stored: Sent[] = []
  const dropped: Record<string, number> = {}
  const listeners = { state: [], network: [], url: [] } as {
    state: ((state: string) => void)[]
    network: ((state: { isConnected: boolean; type: string }) => void)[]
    url: ((event: { url: string }) => void)[]
  }
  let starts = 0
  /** A process that is gone does nothing any more, though its timers fire here. */
  const never = new Promise<never>(() => {})
  const ofProcess = (start: number) => {
    const whileAlive = <T>(work: () => Promise<T>): Promise<T> => (start === starts ? work() : never)
    const storage = asyncStorage3(kept)
    return {
      whileAlive,
      storage: {
        getAllKeys: () => whileAlive(storage.getAllKeys),
        getMany: (keys) => {
          phone.reads++
          return whileAlive(() => storage.getMany(keys))
        },
        setMany: (entries) => whileAlive(() => storage.setMany(entries)),
        removeMany: (keys) => whileAlive(() => storage.removeMany(keys)),
      } satisfies AsyncStorage3,
    }
  }
  const phone = {
    kept,
    stored,
    /** what the client says that it has dropped, by reason */
    dropped,
    /** how often the storage was asked for rows */
    reads: 0,
    isOnline: true,
    initialUrl: null as string | null,
    requests: 0,
    become: (state: string): void => {
      for (const listener of listeners.state) listener(state)
    },
    connect(isConnected: boolean, type = 'wifi'): void {
      phone.isOnline = isConnected
      for (const listener of listeners.network) listener({ isConnected, type })
    },
    openLink: (url: string): void => {
      for (const listener of listeners.url) listener({ url })
    },
    host: ({ storage, whileAlive } = ofProcess(starts)): Host => ({
      storage,
      AppState: {
        addEventListener: (_type, listener) => {
          listeners.state.push(listener)
          return { remove: () => void listeners.state.splice(listeners.state.indexOf(listener), 1) }
        },
      },
      NetInfo: {
        addEventListener: (listener) => {
          listeners.network.push(listener)
          return () => void listeners.network.splice(listeners.network.indexOf(listener), 1)
        },
      },
      Linking: {
        getInitialURL: async () => phone.initialUrl,
        addEventListener: (_type, listener) => {
          listeners.url.push(listener)
          return { remove: () => void listeners.url.splice(listeners.url.indexOf(listener), 1) }
        },
      },
      Platform: { OS: 'ios', Version: '26.1' },
      Dimensions: { get: () => ({ width: 390, height: 844, scale: 3 }) },
      app: { name: 'Shop', version: '4.2', build: '77', namespace: 'example.shop' },
      device: { manufacturer: 'Apple', model: 'iPhone17,1' },
      fetch: ((_url: string, { body }: { body: string }) =>
        whileAlive(async () => {
          phone.requests++
          if (!phone.isOnline) throw new TypeError('Network request failed')
          const { batch, drops = {} } = JSON.parse(body) as { batch: Sent[]; drops?: Record<string, number> }
          for (const reason in drops) dropped[reason] = (dropped[reason] ?? 0) + drops[reason]!
          stored.push(...batch)
          const answer = { success: true, accepted: batch.length, rejected: [], profile: { audiences: [] } }
          return { status: 200, headers: { get: () => null }, json: async () => answer }
        })) as unknown as typeof fetch,
    }),
    /** Starts the app; what ran before is gone with its process. */
    start(consent: Config['consent'] = { policy: 'opt-out' }) {
      listeners.state = []
      listeners.network = []
      listeners.url = []
      starts++
      return createClient({ writeKey: 'wk_app', collector: 'https://data.example', consent }, phone.host())
    },
  }
  return phone
}

export const namesOf = ({ stored }: ReturnType<typeof createPhone>): string[] =>
  stored.map(({ event, name, type }) => event ?? name ?? type)
