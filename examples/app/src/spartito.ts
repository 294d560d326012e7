import AsyncStorage from '@react-native-async-storage/async-storage'
import NetInfo from '@react-native-community/netinfo'
import { createClient } from '@spartito/react-native'
import * as Application from 'expo-application'
import * as Crypto from 'expo-crypto'
import { AppState, Dimensions, Linking, Platform } from 'react-native'

/** What the app tracks; `npx spartito types` writes this from the workspace's plan. */
export type Plan = {
  'Product Viewed': { sku: string; name: string; price: number }
  'Order Completed': { order_id: string; revenue: number; currency: 'EUR' | 'USD' }
}

/** The audiences and purposes of the workspace: the hooks take no others. */
declare module '@spartito/react' {
  interface Known {
    audience: 'buyers' | 'viewing'
    purpose: 'analytics' | 'advertising'
  }
}

/** The shop's own pages, which the app shows too. */
export const site = 'https://shop.example'

/** One for the whole app, made when its first module runs: it is offline-safe from the first call on. */
export const spartito = createClient<Plan>(
  {
    writeKey: process.env.EXPO_PUBLIC_SPARTITO_WRITE_KEY ?? 'wk_app',
    collector: process.env.EXPO_PUBLIC_SPARTITO_COLLECTOR ?? 'http://localhost:8787',
    consent: { policy: 'opt-in', purposes: ['analytics', 'advertising'], collect: ['analytics'] },
  },
  {
    storage: AsyncStorage,
    AppState,
    NetInfo,
    Linking,
    Platform,
    Dimensions,
    app: {
      name: Application.applicationName,
      version: Application.nativeApplicationVersion,
      build: Application.nativeBuildVersion,
      namespace: Application.applicationId,
    },
    getRandomValues: Crypto.getRandomValues,
  },
)
