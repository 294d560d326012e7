import type { Watcher } from '@spartito/sdk'

/** Tells the client when the page leaves, comes back or goes online, and when another tab writes to the device. */
export const watch = (client: Watcher): void => {
  const { leave, wake, change } = client
  addEventListener('storage', change)
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  // the only one that a hidden tab gets when it is closed
  addEventListener('pagehide', leave)
  // the last one that phones promise; on leaving it comes after `pagehide`, with what the page tracked there
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : wake()))
}
