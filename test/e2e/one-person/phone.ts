import { type AppClient, createClient } from '@spartito/react-native'
import { asyncStorage3 } from '../../../packages/react-native/src/testing/storages.ts'

export const appKey = 'wk_test_of_an_app'

/** The shop's app on a phone: the client of `@spartito/react-native` over what a phone has, in memory, and the real network. */
export const startApp = (collector: string, initialUrl: string): AppClient =>
  createClient(
    { writeKey: appKey, collector, consent: { policy: 'opt-in', purposes: ['analytics'] } },
    {
      storage: asyncStorage3(new Map()),
      Linking: { getInitialURL: async () => initialUrl, addEventListener: () => ({ remove: () => {} }) },
      AppState: { addEventListener: () => ({ remove: () => {} }) },
      Platform: { OS: 'android', Version: 36 },
      app: { name: 'Shop', version: '4.2' },
    },
  )
