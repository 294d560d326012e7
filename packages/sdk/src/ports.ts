import type { EpochMs } from '@spartito/protocol'
import type { Client } from './client-api.ts'

/** What the client asks of its host; nothing in `src` reaches past it. Functions are called without `this`. */
export interface Ports {
  /** by the device's clock, which may jump */
  now(): EpochMs
  /** in [0, 1); spreads retries */
  random(): number
  /** unguessable, for ids */
  randomBytes(count: number): Uint8Array
  /** runs `work` once after `delayMs`, whatever the clock does meanwhile */
  timer(work: () => void, delayMs: number): unknown
  fetch: Fetch
  store: Store
  device: Device
  /** waits for its turn, then runs `work` as the only one in all tabs; just runs it where that is impossible; never rejects */
  lock(work: () => Promise<void>): Promise<unknown>
  /** what is so around an event as JSON, which a host may keep as long as it holds: `page`, `locale`, … and at least `library` */
  context(): string
  /** the query of the address that brought the visitor, such as `?utm_source=x` */
  landing: string
  /** whether the device sends Global Privacy Control */
  isPrivate: boolean | undefined
  /** from now on tells the client what happens around it */
  watch(client: Watcher): void
  prepare?: Prepare
}

/**
 * Starts what works on the client, such as plugins, in the task in which the client starts. Before it has settled no event is
 * stamped, stored or sent, 1 s at most from when consent allows it, so that it may still decide about consent, or ask the collector
 * something when the visitor has; a page that leaves does not wait.
 *
 * @param adopt takes what another device of the same visitor remembers (`{"anonymousId":"…"}`, JSON), where this one has no
 * anonymousId; throws for what is no JSON
 */
export type Prepare = (client: Client, adopt: (copy: string) => void) => Promise<unknown>

export interface Context {
  /** how events introduce their sender */
  library: { name: string; version: string }
  [field: string]: unknown
}

export interface Watcher {
  /** the page may be gone the next moment */
  leave(): void
  /** the page is back, or the network */
  wake(): void
  /** another tab wrote to the device */
  change(): void
}

/** the web's own, as far as the client uses it */
export type Fetch = (
  url: URL,
  init: {
    method: 'POST'
    body: string
    keepalive: boolean
    credentials: 'omit' | 'include' | 'same-origin' | undefined
    signal: AbortSignal
  },
) => Promise<{ status: number; headers: { get(name: string): string | null }; json(): Promise<unknown> }>

export type Row = [key: string, value: string]

/**
 * Durable rows. Calls take effect in the order in which they are made, over all tabs. Any may throw, reject or hang.
 * The contract, as a suite that runs on every implementation: `testing/store-contract.ts`.
 */
export interface Store {
  /** whether the device has this store already; creates nothing */
  exists(): Promise<boolean>
  /** every row, by key, ascending */
  read(): Promise<Row[]>
  /** writes all rows or none; resolves when they are safe */
  put(rows: Row[]): Promise<unknown>
  /** deletes by key; a key that is not there is no error */
  remove(keys: string[]): Promise<unknown>
  /** deletes every row; creates nothing */
  clear(): Promise<unknown>
}

/** Small synchronous memory of the device, kept in several places, such as a cookie and localStorage. Never throws. */
export interface Device {
  /** the copies that are there, the fullest first: of two that are as new the first counts */
  read(): string[]
  /**
   * @param shared what the site's other hosts may read; short, since it may travel with requests
   * @param own the same, and what is too long for that
   */
  write(shared: string, own: string): void
}
