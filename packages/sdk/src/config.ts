import type { ConsentPolicy, Purpose } from '@spartito/protocol'

/**
 * What no choice means: nothing is kept or sent (`opt-in`, the default), all is (`opt-out`), or all is and events say that
 * every purpose is granted (`granted`: consent is not needed, or was given before). Global Privacy Control refuses in each.
 */
export type ConsentStart = ConsentPolicy | 'granted'

export interface ConsentConfig {
  policy?: ConsentStart | undefined
  /** what visitors are asked; default `['analytics']` */
  purposes?: Purpose[] | undefined
  /** the purposes that collecting needs, ALL of them; default: all `purposes` */
  collect?: Purpose[] | undefined
}

export interface Config {
  /** names the source; public */
  writeKey: string
  /** an address on the collector's origin, such as `https://collect.example.com` */
  collector: string
  consent?: ConsentConfig | undefined
  /** whether requests to the collector carry cookies; default `same-origin`, as for `fetch` */
  credentials?: 'omit' | 'include' | 'same-origin' | undefined
}
