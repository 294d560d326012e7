import type { Watcher } from '@spartito/sdk'
import type { Changing } from './context.ts'
import type { Host } from './host.ts'

/**
 * Tells the client when the app leaves the foreground and comes back, and when the network is back.
 *
 * @returns what ends it
 */
export const watchApp = (
  host: Pick<Host, 'AppState' | 'NetInfo'>,
  changing: Changing,
  client: Watcher,
): (() => void) => {
  let isForeground = (host.AppState?.currentState ?? 'active') === 'active'
  let wasConnected = false

  const states = host.AppState?.addEventListener('change', (state) => {
    const isActive = state === 'active'
    // iOS tells `inactive` and then `background`: the app leaves once
    if (isForeground && !isActive) client.leave()
    if (!isForeground && isActive) client.wake()
    isForeground = isActive
  })
  const stopNetwork = host.NetInfo?.addEventListener(({ isConnected, type }) => {
    changing.network = type
    // told of every change of signal too: only a network that is back is worth a try
    if (isConnected && !wasConnected) client.wake()
    wasConnected = isConnected === true
  })
  return () => {
    states?.remove()
    stopNetwork?.()
  }
}
