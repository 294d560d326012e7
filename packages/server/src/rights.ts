import { askForRights, type Forgetting, type RightsAnswer } from '@spartito/sdk'

export interface ServerRightsConfig {
  /** the collector's origin, such as https://data.example */
  collector: string
  /** the secret key of a source of kind `server` */
  key: string
  /** how long a request may take, ms; 60,000 when left out */
  timeoutMs?: number
  fetch?: typeof fetch
}

/** The rights of the owner's users, asked for by the owner's server, for who it knows them to be. Nothing throws. */
export interface ServerRights {
  /** All that is kept of a user, as text: JSON, or a page for people. */
  export(userId: string, ask?: { format?: 'json' | 'html' }): Promise<RightsAnswer<string>>
  /**
   * Has a user forgotten everywhere.
   *
   * @param ask `delayHours`: how long it may be undone, 0 to 720; 24 when left out
   */
  forget(userId: string, ask?: { delayHours?: number }): Promise<RightsAnswer<Forgetting>>
  /** Takes that back, as long as it has not begun. */
  undoForget(userId: string, id: string): Promise<RightsAnswer<{ undone: true }>>
}

/** @throws TypeError when the configuration cannot work */
export const createServerRights = ({
  collector,
  key,
  timeoutMs = 60_000,
  ...ports
}: ServerRightsConfig): ServerRights => {
  if (!URL.canParse(collector))
    throw new TypeError(`collector must be an origin, such as https://data.example: it is "${collector}"`)
  if (!key) throw new TypeError('key is missing: it is the writeKey of a source of kind "server"')
  const send = ports.fetch ?? fetch
  const endpoint = {
    collector,
    timeoutMs,
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    fetch: (url: string, init: RequestInit) => send(url, { ...init, redirect: 'manual' }),
  }
  const json = <T>(text: string): T => JSON.parse(text) as T
  return {
    export: (userId, ask) => askForRights(endpoint, '/v1/export', { ...ask, userId }, (text) => text),
    forget: (userId, ask) => askForRights(endpoint, '/v1/forget', { ...ask, userId }, json<Forgetting>),
    undoForget: (userId, id) => askForRights(endpoint, '/v1/forget/undo', { userId, id }, json<{ undone: true }>),
  }
}
