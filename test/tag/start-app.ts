import { type AppClient, bridgeWebView, createClient } from '@spartito/react-native'
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** What an app keeps, as AsyncStorage 3 has it. */
const storageIn = (kept: Map<string, string>) => ({
  getAllKeys: async () => [...kept.keys()],
  getMany: async (keys: string[]) => Object.fromEntries(keys.map((key) => [key, kept.get(key) ?? null])),
  async setMany(entries: Record<string, string>) {
    for (const [key, value] of Object.entries(entries)) kept.set(key, value)
  },
  async removeMany(keys: string[]) {
    for (const key of keys) kept.delete(key)
  },
})

export interface App {
  client: AppClient
  /** what the app keeps, by key */
  kept: Map<string, string>
  anonymousId(): Promise<string>
  page: Page
  context: BrowserContext
  /** what the page asked for, by method and path */
  requests: string[]
  errors: string[]
  end(): Promise<void>
}

export interface AppOptions {
  collector: string
  writeKey: string
  /** whose pages are the app's */
  origins: string[]
  policy?: 'opt-in' | 'opt-out'
  /**
   * `early` as iOS does it, before anything of the page; `late` as an Android that was slow, when the page is loaded; `none`: the app listens, and
   * its script does not come; `deaf`: an app that listens for something else
   */
  script?: 'early' | 'late' | 'none' | 'deaf'
}

/** An app with a web view: the native side is played here, the page runs in Chromium, between them what `react-native-webview` gives. */
export const startApp = async (browser: Browser, options: AppOptions): Promise<App> => {
  const { collector, writeKey, origins, policy = 'opt-out', script = 'early' } = options
  const kept = new Map<string, string>()
  const client = createClient({ writeKey, collector, consent: { policy } }, { storage: storageIn(kept) })
  const bridge = bridgeWebView(client, { origins })
  const context = await browser.newContext()
  const page = await context.newPage()
  const requests: string[] = []
  const errors: string[] = []
  page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`))
  page.on('pageerror', (error) => errors.push(`${error}`))
  await context.exposeBinding('postToApp', ({ frame }, data: string) => {
    if (script !== 'deaf') bridge.props.onMessage({ nativeEvent: { data, url: frame.url() } })
  })
  await context.addInitScript('window.ReactNativeWebView = { postMessage: (data) => void window.postToApp(data) }')
  const { injectedJavaScriptBeforeContentLoaded: pageScript } = bridge.props
  if (script === 'early') await context.addInitScript(pageScript)
  if (script === 'late') page.on('load', () => void page.evaluate(pageScript))
  // a page that is gone hears nothing, as on a phone
  bridge.ref({ injectJavaScript: (its) => void page.evaluate(its).catch(() => undefined) })
  return {
    client,
    kept,
    page,
    context,
    requests,
    errors,
    async anonymousId() {
      for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
        const state = kept.get(`spartito:${writeKey}:state`)
        if (state) return (JSON.parse(state) as { anonymousId: string }).anonymousId
        if (Date.now() > end) throw new Error('the app has come to no id within 10 s')
      }
    },
    async end() {
      bridge.stop()
      client.stop()
      await context.close()
    },
  }
}
