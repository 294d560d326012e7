import { queueName } from '../service-worker/queue-name.ts'
import type { Plugin } from './plugin.ts'
import { collectorUrl } from './settings/ask-collector.ts'
import { mayCollect } from './settings/may-collect.ts'

/** @see https://wicg.github.io/background-sync/spec/ */
interface Registration extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> }
}

/** The site's worker with what it has to know: whose queue, where to, and with which cookies. */
const addressOf = (worker: string, { writeKey, credentials, ...settings }: Record<string, string | undefined>): URL => {
  const address = new URL(worker, location.href)
  address.searchParams.set('writeKey', `${writeKey}`)
  address.searchParams.set('collector', collectorUrl('/', settings).origin)
  if (credentials) address.searchParams.set('credentials', credentials)
  return address
}

/**
 * Has a service worker send what is left when the page is gone: `worker` is its address on the site (`/spartito-worker.js`), registered when the
 * visitor's choice allows collecting; without it, the worker that the site has itself is asked. It is asked when the network goes, and each
 * time when the page leaves. Where there is no Background Sync it is told as the page leaves, and tries as long as it lives.
 */
const backgroundSync: Plugin = (client, settings = {}) => {
  const { serviceWorker } = navigator
  // none on pages without HTTPS; and nothing to send for where nothing is kept
  if (!serviceWorker || settings.storage === 'none') return
  const name = queueName(`${settings.writeKey}`)
  let registration: Registration | undefined
  let isStarted = false

  /** In the task of its call: a page that leaves has no other. */
  const ask = (): void => {
    if (!registration || !mayCollect(client, settings)) return
    const tell = (): void => registration?.active?.postMessage(name)
    // refused where the visitor has turned Background Sync off
    if (registration.sync) registration.sync.register(name).catch(tell)
    else tell()
  }

  const start = async (): Promise<void> => {
    if (isStarted || !mayCollect(client, settings)) return
    isStarted = true
    try {
      const { worker } = settings
      if (worker) await serviceWorker.register(addressOf(worker, settings))
      registration = await serviceWorker.ready
      if (!navigator.onLine) ask()
    } catch {
      // refused by the browser's settings, or no script: the next page sends what is left, as without
    }
  }

  client.on('consent', () => void start())
  addEventListener('offline', ask)
  addEventListener('pagehide', ask)
  document.addEventListener('visibilitychange', () => document.hidden && ask())
  void start()
}

export default backgroundSync
