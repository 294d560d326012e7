/** What a service worker has, as far as this one looks: the compiler's library is that of pages. */
export interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

/** @see https://wicg.github.io/background-sync/spec/ */
export interface SyncEvent extends ExtendableEvent {
  tag: string
  /** the browser asks no more when this one fails */
  lastChance: boolean
}

export interface WorkerScope {
  addEventListener(type: 'sync', listener: (event: SyncEvent) => void): void
  addEventListener(type: 'message', listener: (event: ExtendableEvent & { data: unknown }) => void): void
}
