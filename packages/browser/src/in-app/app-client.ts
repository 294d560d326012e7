import type { Choice, Client, Topics } from '@spartito/sdk'
import { pageUrl } from '../page-context.ts'

/** What a web view of React Native gives its pages (`react-native-webview`). */
export interface AppBridge {
  postMessage(message: string): void
}

/** What the app tells its pages of the visitor. */
export interface ToldByApp {
  audiences: string[]
  consent: Choice
}

/** The event that brings it. */
export const toldEvent = 'spartito-app'

type Heard = 'audiences' | 'consent'
type Listener = (...news: never[]) => void

/**
 * The client of a page inside an app: its calls are the app's own, of one visitor with one consent and one queue. Nothing is kept in the
 * page and nothing is sent by it. Audiences and consent are what the app has last told.
 *
 * Two of `on`'s topics stay silent, `push` and `answer`: data layer and collector are the app's.
 *
 * @param onTold is called when the app tells something, the first time to say that it is there
 */
export const createAppClient = (bridge: AppBridge, onTold = (): void => {}): Client => {
  let told: ToldByApp = { audiences: [], consent: {} }
  const listeners = new Set<[topic: keyof Topics, listener: Listener]>()

  const post = (...call: unknown[]): void => {
    try {
      const page = { url: pageUrl(location.href), referrer: document.referrer, title: document.title }
      bridge.postMessage(JSON.stringify({ spartito: 1, page, call }))
    } catch {
      // QU4: what is no JSON is dropped, as the client drops it
    }
  }
  const forward =
    (name: string) =>
    (...input: unknown[]): void =>
      post(name, ...input)

  const tell = (topic: Heard, news: unknown): void => {
    for (const [of, listener] of listeners)
      try {
        if (of === topic) listener(news as never)
      } catch {
        // the page's own bug stops nobody else
      }
  }

  addEventListener(toldEvent, (event) => {
    const before = told
    told = (event as CustomEvent<ToldByApp>).detail
    onTold()
    for (const topic of ['audiences', 'consent'] as const)
      if (JSON.stringify(told[topic]) !== JSON.stringify(before[topic])) tell(topic, told[topic])
  })
  // asks for what there is to tell
  post()

  return {
    push: (...items) => {
      // each on its own: one that is no JSON silences no other
      for (const item of items) post('push', item)
    },
    track: forward('track'),
    page: forward('page'),
    screen: forward('screen'),
    identify: forward('identify'),
    group: forward('group'),
    alias: forward('alias'),
    reset: forward('reset'),
    forget: forward('forget'),
    flush: async () => post('flush'),
    consent(choice, details) {
      if (choice) {
        post('consent', choice, details)
        told = { ...told, consent: { ...told.consent, ...choice } }
        tell('consent', told.consent)
      }
      return told.consent
    },
    audiences: () => told.audiences,
    on(topic, listener) {
      const entry: [keyof Topics, Listener] = [topic, listener as unknown as Listener]
      listeners.add(entry)
      if (topic === 'audiences') (listener as unknown as (ids: readonly string[]) => void)(told.audiences)
      return () => listeners.delete(entry)
    },
    ready: (listener) => listener(),
  } as Client
}
