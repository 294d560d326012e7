import type { Client } from '@spartito/sdk'
import type { Call } from './loader.ts'

declare global {
  interface Window {
    dataLayer?: unknown[]
    /** the stub until the tag has started, then the client; `q` holds the calls that wait */
    spartito?: Partial<Client> & { q?: Call[] | false }
    /** the client that an app has put into this page of its web view */
    spartitoApp?: Client
    /** what `react-native-webview` gives to pages of an app that listens */
    readonly ReactNativeWebView?: { postMessage(message: string): void }
    /** @see https://www.w3.org/TR/trusted-types/ */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): string }
    }
  }
  interface Document {
    /** declared as the library `web-vitals` declares it. @see https://wicg.github.io/nav-speculation/prerendering.html */
    prerendering?: boolean
  }
  interface Navigator {
    /** @see https://www.w3.org/TR/gpc/ */
    globalPrivacyControl?: boolean
  }
}
