// The package without its hooks, and so without React: for tasks in the background, and for programs that are no app.
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
