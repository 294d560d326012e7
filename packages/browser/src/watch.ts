import type { Watcher } from '@spartito/sdk'

/** Tells the client when the page leaves, comes back or goes online, and when another tab writes to the device. */
export const watch = (client: Watcher): void => {
  addEventListener('storage', client.change)
  addEventListener('online', client.wake)
  addEventListener('pageshow', client.wake)
  // the only one that a hidden tab gets when it is closed
  addEventListener('pagehide', client.leave)
  // the last one that phones promise; on leaving it comes after `pagehide`, with what the page tracked there
  document.addEventListener('visibilitychange', () => (document.hidden ? client.leave() : client.wake()))
}
