import type { ConsentPolicy, Purpose } from '@spartito/protocol'

export interface ConsentConfig {
  /** what no choice means: nothing is kept or sent (`opt-in`, the default), or all is (`opt-out`) */
  policy?: ConsentPolicy | undefined
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
