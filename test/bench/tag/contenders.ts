import { readFile } from 'node:fs/promises'
import { buildPeer } from '../../peers/build-peer.ts'
import { peers } from '../../peers/peers.ts'
import { keys } from '../../support/keys.ts'
import type { Answers } from './edge.ts'

/** How a page uses a tag: pieces of the page's script. */
export interface Usage {
  /** attributes of the script element */
  data?: Record<string, string>
  /** before the library's script */
  before?: string
  /** after it: starts it, and records the page view */
  after: string
  /** an expression: whether it has started */
  isReady: string
  /** an expression: a function of an event's name */
  track: string
}

/** A tag that is measured. */
export interface Contender {
  name: string
  /** the library's script */
  script: string
  /** @param edge the origin that it sends to */
  usage(edge: string): Usage
  /** what its server answers; an empty object is enough for most */
  answers: Answers
}

const json = (value: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
const answersNothing: Answers = () => json({})

const properties = `{ productId: 'sku-4711', price: 249.9, currency: 'EUR' }`

/** The tag as a site has it, without a choice to wait for. */
export const spartito = async (): Promise<Contender> => ({
  name: 'Spartito',
  script: await readFile(new URL('../../../packages/browser/dist/tag.js', import.meta.url), 'utf8'),
  usage: (edge) => ({
    data: { writeKey: keys.browser, collector: edge, consent: 'opt-out' },
    after: '',
    isReady: '!!window.spartito',
    track: `(name) => window.spartito.track(name, ${properties})`,
  }),
  answers: answersNothing,
})

/** The same page without a tag: what the measuring itself costs. */
export const noTag: Contender = {
  name: 'no tag',
  script: '',
  usage: () => ({ after: '', isReady: 'true', track: '() => {}' }),
  answers: answersNothing,
}

const segment = async (): Promise<Contender> => ({
  name: 'Segment',
  script: await buildPeer(peers.segment),
  usage: (edge) => ({
    // its snippet, as far as it is used: an array that takes calls until the library has its settings
    before: `const queue = window.analytics = []
for (const method of ['track', 'page']) queue[method] = (...input) => { window.analytics.push([method, ...input]) }
queue._writeKey = 'bench'
queue._cdn = '${edge}'
queue._loadOptions = { integrations: { 'Segment.io': { apiHost: '${new URL(edge).host}/v1', protocol: 'http' } } }
queue.page()`,
    after: '',
    isReady: 'window.analytics.initialized === true',
    track: `(name) => window.analytics.track(name, ${properties})`,
  }),
  answers: ({ path }) =>
    json(path.includes('/settings') ? { integrations: { 'Segment.io': { apiKey: 'bench' } } } : { success: true }),
})

const rudderstack = async (): Promise<Contender> => ({
  name: 'RudderStack',
  script: await buildPeer(peers.rudderstack),
  usage: (edge) => ({
    after: `const client = window.rudder = new window.rudderanalytics.RudderAnalytics()
client.load('bench', '${edge}', { configUrl: '${edge}' })
client.ready(() => { window.rudderIsReady = true })
client.page()`,
    isReady: 'window.rudderIsReady === true',
    track: `(name) => window.rudder.track(name, ${properties})`,
  }),
  answers: ({ path }) =>
    path.startsWith('/sourceConfig')
      ? json({
          source: {
            id: 'bench',
            name: 'bench',
            writeKey: 'bench',
            enabled: true,
            workspaceId: 'bench',
            config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
            destinations: [],
            dataplanes: {},
          },
          updatedAt: '2026-11-01T00:00:00.000Z',
        })
      : json({}),
})

const posthog = async (): Promise<Contender> => ({
  name: 'PostHog',
  script: await buildPeer(peers.posthog),
  usage: (edge) => ({
    // its snippet, as far as it is used; what is no event of the page is off, so that it has less to do; so are its limit of
    // ten events a second, which would keep most calls from being measured, and its filter of browsers that are driven
    before: `const stub = window.posthog = []
stub._i = []
stub.__SV = 1
stub.init = (token, config) => { stub._i.push([token, config, 'posthog']) }
stub.init('bench', { api_host: '${edge}', ui_host: '${edge}', autocapture: false, disable_session_recording: true,
  disable_surveys: true, advanced_disable_flags: true, capture_performance: false, capture_exceptions: false,
  opt_out_useragent_filter: true,
  rate_limiting: { events_per_second: 10_000, events_burst_limit: 10_000 } })`,
    after: '',
    isReady: 'window.posthog.__loaded === true',
    track: `(name) => window.posthog.capture(name, ${properties})`,
  }),
  answers: ({ path }) => {
    const config = { supportedCompression: ['gzip', 'gzip-js'], hasFeatureFlags: false, sessionRecording: false }
    return path.endsWith('config.js')
      ? {
          status: 200,
          headers: { 'content-type': 'text/javascript' },
          body: `(window._POSTHOG_REMOTE_CONFIG ??= {}).bench = { config: ${JSON.stringify(config)}, siteApps: [] }`,
        }
      : json(path.includes('/config') ? config : { status: 1 })
  },
})

const snowplow = async (): Promise<Contender> => ({
  name: 'Snowplow',
  script: await buildPeer(peers.snowplow),
  usage: (edge) => ({
    after: `window.snowplowBrowserTracking.newTracker('bench', '${edge}', { appId: 'bench', encodeBase64: false })
window.snowplowBrowserTracking.trackPageView()`,
    isReady: '!!window.snowplowBrowserTracking',
    track: `(name) => window.snowplowBrowserTracking.trackStructEvent(
  { category: 'shop', action: name, label: 'sku-4711', property: 'EUR', value: 249.9 })`,
  }),
  answers: () => ({ status: 200, body: 'ok' }),
})

const openpanel = async (): Promise<Contender> => ({
  name: 'OpenPanel',
  script: await buildPeer(peers.openpanel),
  usage: (edge) => ({
    before: `const queue = []
window.op = (...input) => { queue.push(input) }
window.op.q = queue
window.op('init', { apiUrl: '${edge}', clientId: 'bench', trackScreenViews: true })`,
    after: '',
    isReady: '!!window.openpanel',
    track: `(name) => window.op('track', name, ${properties})`,
  }),
  answers: () => json({ deviceId: 'bench-device', sessionId: 'bench-session' }),
})

/** The peers that can be pointed at another server. Their packages must have been fetched. */
export const makePeers = (): Promise<Contender[]> =>
  Promise.all([segment(), rudderstack(), posthog(), snowplow(), openpanel()])
