import pageScript from '@spartito/browser/page-script'
import type { Client } from '@spartito/sdk'
import type { AppClient } from '../create-client.ts'
import { originOf } from './origin-of.ts'
import { readMessage } from './read-message.ts'

/** What is asked of a web view's ref (`react-native-webview`). */
export interface WebViewRef {
  injectJavaScript(script: string): void
}

export interface WebViewBridgeConfig {
  /** of the pages whose calls are the app's, such as `https://shop.example`; pages of all others are strangers */
  origins: readonly string[]
  /** page views of pages that have the tag, and of single-page navigation; default true */
  pageViews?: boolean
}

/** What goes onto a `<WebView>`, as its props and its `ref`. */
export interface WebViewBridge {
  ref(webView: WebViewRef | null): void
  props: {
    injectedJavaScriptBeforeContentLoaded: string
    onMessage(event: { nativeEvent: { data: string; url: string } }): void
  }
  /** Ends it, with the component. */
  stop(): void
}

/** Text of JSON that is text of JavaScript too, within an element as well. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029<]/g, (its) => `\\u${its.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * Makes the pages of a web view part of the app: what they track, and who signs in or decides there, goes through the app's client; they
 * hear its audiences and consent. No id enters a page, and nothing is kept or sent by it. Make one for each web view.
 *
 * @throws TypeError for an origin that is none
 */
export const bridgeWebView = <Plan>(
  client: AppClient<Plan>,
  { origins, pageViews = true }: WebViewBridgeConfig,
): WebViewBridge => {
  const own = origins.map((origin) => {
    const its = originOf(origin)
    if (!its || its !== origin.toLowerCase()) throw new TypeError(`${origin} is no origin such as https://shop.example`)
    return its
  })
  let webView: WebViewRef | null = null

  /** Checked in the page again: it may be another one by the time that it hears. */
  const tell = (): void => {
    const news = literal({ audiences: client.audiences(), consent: client.consent() })
    webView?.injectJavaScript(
      `${literal(own)}.includes(location.origin)&&dispatchEvent(new CustomEvent('spartito-app',{detail:${news}}));true`,
    )
  }
  const ends = [client.on('audiences', tell), client.on('consent', tell)]

  return {
    ref(its) {
      webView = its
    },
    props: {
      injectedJavaScriptBeforeContentLoaded: `(function(appOrigins,appPageViews){${pageScript}})(${literal(own)},${pageViews});true`,
      onMessage({ nativeEvent: { data, url } }) {
        const from = originOf(url)
        const said = from !== undefined && own.includes(from) ? readMessage(data) : undefined
        if (!said) return
        const { page, call } = said
        if (!call) return tell()
        client.onPage(page, () =>
          (client[call.method as keyof Client] as (...input: unknown[]) => unknown)(...call.input),
        )
        // what the page believes by now may not be what the app made of it
        if (call.method === 'consent') tell()
      },
    },
    stop() {
      for (const end of ends) end()
      webView = null
    },
  }
}
