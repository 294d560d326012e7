import type { AnyPlan, Client } from '@spartito/sdk'
import type { TagConfig } from './attributes.ts'
import type { Plugin } from './plugins/plugin.ts'
import { startClient } from './start-client.ts'

export interface ClientConfig extends Omit<TagConfig, 'isStoring'> {
  /** `none`: nothing is stored on the device, whatever the consent, and requests carry no cookies; ids live as long as the page */
  storage?: 'none' | undefined
  /** called with the client as it starts; the visitor's first events wait for their promises, 1 s at most */
  plugins?: Plugin[] | undefined
}

/**
 * Starts a client on this page: calls its plugins, reads along with `dataLayer`, and sends page views unless told not to.
 * Stores and sends nothing before the visitor's choice, under `opt-in`. Start one for each write key and page.
 */
export const createClient = <Plan = AnyPlan>(config: ClientConfig): Client<Plan> => {
  const { storage, plugins = [], credentials } = config
  const isStoring = storage !== 'none'
  return startClient({ ...config, isStoring, credentials: isStoring ? credentials : 'omit' }, (client, adopt) =>
    // one that fails stops none of the others; what returns nothing brings nothing to adopt
    Promise.allSettled(plugins.map(async (plugin) => adopt((await plugin(client))!))),
  )
}
