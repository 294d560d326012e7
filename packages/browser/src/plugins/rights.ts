import { type Client, createRights, type Rights } from '@spartito/sdk'
import type { PluginSettings } from './plugin.ts'
import { collectorUrl } from './settings/ask-collector.ts'

/** An export of many events takes its time, in ms. */
const timeoutMs = 60_000

/**
 * The rights of who is signed in here, for the page that asks for them: to take along what is kept, and to be forgotten. The page calls it
 * itself, with the client and the settings `writeKey`, `collector` and `credentials`; nothing happens before it asks.
 */
const rights = (client: Pick<Client, 'forget'>, settings: PluginSettings = {}): Rights =>
  createRights(
    {
      collector: collectorUrl('/', settings).href,
      fetch: (url, init) => fetch(url, init),
      credentials: (settings.credentials as 'omit' | 'include' | undefined) ?? 'same-origin',
      timeoutMs,
    },
    `${settings.writeKey}`,
    () => client.forget(),
  )

export default rights
export type { Forgetting, Rights, RightsAnswer } from '@spartito/sdk'
