import { type AnyPlan, type Client, type Config, createClient as createWithPorts, type Watcher } from '@spartito/sdk'
import { type Changing, contextOf } from './context.ts'
import type { Host } from './host.ts'
import { keyValuesOf } from './store/key-values.ts'
import { createStore } from './store/store.ts'

export interface AppClient<Plan = AnyPlan> extends Client<Plan> {
  /** Goes with every event from now on, as `context.device.token`, and with one at once; undefined ends that. */
  setPushToken(token: string | undefined): void
  /** Lets go of the app's events; what waits is kept for the next start. */
  stop(): void
}

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?')).split('#')[0]! : '')

const randomBytesBy = ({ getRandomValues }: Host): ((count: number) => Uint8Array) => {
  const fill = getRandomValues ?? globalThis.crypto?.getRandomValues?.bind(globalThis.crypto)
  if (!fill)
    throw new TypeError(
      'this app has no source of randomness: pass getRandomValues of expo-crypto, or import react-native-get-random-values first',
    )
  return (count) => {
    const bytes = new Uint8Array(count)
    fill(bytes as never)
    return bytes
  }
}

/**
 * Starts the client in an app. Events are kept in the app's storage until the collector has said what became of them, also over days
 * without a network and over starts of the app.
 *
 * @throws TypeError when the host lacks what the client cannot do without
 */
export const createClient = <Plan = AnyPlan>(config: Config, host: Host): AppClient<Plan> => {
  const changing: Changing = {}
  const ends: (() => void)[] = []
  let landing = ''
  let watcher: Watcher | undefined
  let isForeground = true
  let turn: Promise<unknown> = Promise.resolve()
  const send = host.fetch ?? fetch

  const open = (client: Pick<Client, 'track'>, url: string): void => {
    landing = queryOf(url) || landing
    client.track('Deep Link Opened', { url })
  }

  const watch = (own: Watcher): void => {
    watcher = own
    const states = host.AppState?.addEventListener('change', (state) => {
      const isActive = state === 'active'
      // iOS tells `inactive` and then `background`: the app leaves once
      if (isForeground && !isActive) own.leave()
      if (!isForeground && isActive) own.wake()
      isForeground = isActive
    })
    const stopNetwork = host.NetInfo?.addEventListener(({ isConnected, type }) => {
      changing.network = type
      if (isConnected) own.wake()
    })
    ends.push(
      () => states?.remove(),
      () => stopNetwork?.(),
    )
  }

  const client = createWithPorts<Plan>(config, {
    now: () => Date.now(),
    random: () => Math.random(),
    randomBytes: randomBytesBy(host),
    timer: (work, delayMs) => setTimeout(work, delayMs),
    fetch: (url, { method, body, signal }) =>
      send(url.href, { method, body, signal, headers: { 'content-type': 'application/json' } }),
    store: createStore(keyValuesOf(host.storage), config.writeKey),
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
    watch,
    async prepare(started) {
      const links = host.Linking?.addEventListener('url', ({ url }) => open(started, url))
      ends.push(() => links?.remove())
      const url = await host.Linking?.getInitialURL()
      if (url) open(started, url)
    },
  })

  return Object.assign(client, {
    setPushToken(token: string | undefined) {
      if (token === changing.pushToken) return
      if (token === undefined) delete changing.pushToken
      else changing.pushToken = token
      if (token !== undefined) client.identify({})
    },
    stop() {
      for (const end of ends.splice(0)) end()
      watcher?.leave()
    },
  })
}
