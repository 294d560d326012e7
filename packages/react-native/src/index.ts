export {
  type AudienceId,
  type Known,
  type KnownChoice,
  type PurposeName,
  SpartitoProvider,
  useAudience,
  useAudiences,
  useConsent,
  useSpartito,
} from '@spartito/react'
export type { AnyPlan, Choice, Client, Config, ConsentDetails, Plan } from '@spartito/sdk'
export type { PageContext } from './context.ts'
export { type AppClient, createClient } from './create-client.ts'
export type { AsyncStorage2, AsyncStorage3, Host, Mmkv, Storage } from './host.ts'
export { type Navigation, trackScreens } from './screens.ts'
export { consentOfTracking, type TrackingStatus } from './tracking-transparency.ts'
export {
  bridgeWebView,
  type WebViewBridge,
  type WebViewBridgeConfig,
  type WebViewRef,
} from './web-view/bridge-web-view.ts'
