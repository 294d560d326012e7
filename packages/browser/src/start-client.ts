import {
  type AnyPlan,
  adoptDataLayer,
  type Client,
  createClient as createWithPorts,
  type Ports,
  type Prepare,
} from '@spartito/sdk'
import { createStore as openDatabase, type UseStore } from 'idb-keyval'
import type { TagConfig } from './attributes.ts'
import { createDevice } from './device.ts'
import { createLock } from './lock.ts'
import { onNavigation } from './navigation.ts'
import { pageContext } from './page-context.ts'
import { createStore } from './store.ts'
import { watch } from './watch.ts'

/** What the client needs of a browser. Taking it touches no storage and sends nothing. */
export const createPorts = (writeKey: string, isStoring: boolean, prepare: Prepare): Ports => {
  const name = `spartito_${writeKey}`
  const now = (): number => +Date.now()
  const timer = (work: () => void, delayMs: number): unknown => setTimeout(work, delayMs)
  const random = (): number => Math.random()
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  // queues of different sources never mix
  const open = openDatabase(name, 'rows')
  const use: UseStore = (mode, work) => (isStoring ? open(mode, work) : Promise.reject())
  const send = (url: URL, init: object): Promise<Response> => fetch(url, init)
  const store = createStore(name, use)
  const device = createDevice(isStoring)
  const lock = createLock(name, use, now, timer)
  const landing = location.search
  const isPrivate = navigator.globalPrivacyControl
  return {
    now,
    timer,
    random,
    randomBytes,
    fetch: send,
    store,
    device,
    lock,
    context: pageContext,
    landing,
    isPrivate,
    watch,
    prepare,
  }
}

/**
 * Starts a client on this page: reads along with `dataLayer`, and sends page views unless told not to.
 *
 * @param prepare starts the plugins; see the port
 */
export const startClient = <Plan = AnyPlan>(config: TagConfig, prepare: Prepare): Client<Plan> => {
  const ports = createPorts(config.writeKey, config.isStoring, prepare)
  const client = createWithPorts<Plan>(config, ports)
  if (config.pageViews !== false) {
    client.page()
    onNavigation(client.page)
  }
  // made here when Google Tag Manager comes later: it takes over what it finds
  window.dataLayer ??= []
  if (Array.isArray(window.dataLayer)) adoptDataLayer(window.dataLayer, client.push)
  return client
}
