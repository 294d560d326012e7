/** What a page loads of a peer. */
export type Build =
  /** a file of the package, as it is */
  | { kind: 'ready'; file: string }
  /** a file of the package that comes unminified: the build minifies it, as the peer's own network does */
  | { kind: 'minified'; file: string }
  /** modules alone: a page's usage as its documentation has it, bundled and minified */
  | { kind: 'bundled'; usage: string; entry: string }

export interface Peer {
  name: string
  /** the package that holds the file, or whose version stands for it */
  package: string
  build: Build
}

/**
 * The peers' builds by key: the tags that sites load today. Not in the registry, and so not here: Umami's script, and
 * Snowplow's sp.js, whose tracker is that of the package.
 */
export const peers = {
  segment: {
    name: 'Segment',
    package: '@segment/analytics-next',
    build: { kind: 'ready', file: 'dist/umd/standalone.js' },
  },
  rudderstack: {
    name: 'RudderStack, plugins within',
    package: '@rudderstack/analytics-js',
    build: { kind: 'minified', file: 'dist/npm/modern/bundled/umd/index.js' },
  },
  rudderstackCore: {
    name: 'RudderStack, plugins fetched later',
    package: '@rudderstack/analytics-js',
    build: { kind: 'minified', file: 'dist/npm/modern/umd/index.js' },
  },
  posthog: { name: 'PostHog', package: 'posthog-js', build: { kind: 'ready', file: 'dist/array.js' } },
  snowplow: {
    name: 'Snowplow',
    package: '@snowplow/browser-tracker',
    build: { kind: 'ready', file: 'dist/index.umd.min.js' },
  },
  amplitude: {
    name: 'Amplitude',
    package: '@amplitude/analytics-browser',
    build: { kind: 'ready', file: 'lib/scripts/amplitude-min.js' },
  },
  mixpanel: { name: 'Mixpanel', package: 'mixpanel-browser', build: { kind: 'ready', file: 'dist/mixpanel.min.js' } },
  walkeros: {
    name: 'walkerOS',
    package: '@walkeros/collector',
    build: {
      kind: 'bundled',
      usage: 'a flow with its browser source and one destination',
      entry: `import { startFlow } from '@walkeros/collector'
import { sendWeb } from '@walkeros/web-core'
import { sourceBrowser } from '@walkeros/web-source-browser'
startFlow({
  sources: { browser: { code: sourceBrowser } },
  destinations: { api: { code: { type: 'api', config: {}, push: (event) => sendWeb('/collect', event) } } },
}).then(({ elb }) => { window.elb = elb })`,
    },
  },
  plausible: {
    name: 'Plausible',
    package: '@plausible-analytics/tracker',
    build: {
      kind: 'bundled',
      usage: 'init and track',
      entry: `import { init, track } from '@plausible-analytics/tracker'
init({ domain: 'example.com' })
window.plausible = track`,
    },
  },
  openpanel: {
    name: 'OpenPanel',
    package: '@openpanel/web',
    build: { kind: 'ready', file: 'dist/src/tracker.global.js' },
  },
} as const satisfies Record<string, Peer>

export type PeerKey = keyof typeof peers
