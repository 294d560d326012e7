import { byId, element } from './dom.client.js'
import { observe } from './observe.client.js'

const { collector = '', writeKey = '' } = document.documentElement.dataset
const { host, protocol } = new URL(collector)

/** All that differs from a page that sends to Segment. */
const settings = { writeKey, cdnURL: collector }
const options = {
  integrations: {
    'Segment.io': { apiHost: `${host}/v1`, protocol: /** @type {'http' | 'https'} */ (protocol.slice(0, -1)) },
  },
}

const products = [
  { product_id: 'violin', name: 'Violin “Piccola”', price: 420 },
  { product_id: 'flute', name: 'Maple flute', price: 310 },
  { product_id: 'metronome', name: 'Wind-up metronome', price: 59 },
]
let views = 0

/** @param {unknown} value */
const json = (value) => JSON.stringify(value, null, 2)

/** @param {any} sent an event as Segment's client wrote it */
const nameOf = (sent) => sent?.event ?? sent?.type ?? ''

observe(collector, ({ path, status, sent, answer }) => {
  byId('log').prepend(
    element(
      'li',
      { 'data-path': path, 'data-status': status, 'data-event': nameOf(sent) },
      element('b', {}, String(status)),
      element('code', {}, path),
      element('span', {}, nameOf(sent)),
      element('details', {}, element('summary', {}, 'answer'), element('pre', {}, json(answer))),
      sent ? element('details', {}, element('summary', {}, 'sent'), element('pre', {}, json(sent))) : undefined,
    ),
  )
  const audiences = /** @type {any} */ (answer)?.profile?.audiences
  if (Array.isArray(audiences)) byId('audiences').textContent = audiences.join(', ') || 'none yet'
})

byId('options').textContent = `AnalyticsBrowser.load(\n${json(settings)},\n${json(options)}\n)`

const analytics = window.AnalyticsNext.AnalyticsBrowser.load(settings, options)

/** What the visitor agreed to, where Segment's own consent plugins put it; nothing while nobody was asked. */
const withConsent = () => {
  const { checked } = /** @type {HTMLInputElement} */ (byId('consent'))
  return checked ? { context: { consent: { categoryPreferences: { analytics: true, marketing: true } } } } : {}
}

const showIds = async () => {
  const user = await analytics.user()
  byId('anonymous-id').textContent = user.anonymousId() ?? '—'
  byId('identified').textContent = user.id() ?? '—'
}

/** @type {Record<string, () => unknown>} what each button calls, as any site with Segment does */
const calls = {
  page: () => analytics.page({}, withConsent()),
  'view-product': () => analytics.track('Product Viewed', products[views++ % products.length], withConsent()),
  identify: () => {
    const userId = /** @type {HTMLInputElement} */ (byId('user-id')).value.trim()
    const plan = /** @type {HTMLSelectElement} */ (byId('plan')).value
    return analytics.identify(userId, { plan }, withConsent())
  },
  reset: () => analytics.reset(),
}

for (const [id, call] of Object.entries(calls))
  byId(id).addEventListener('click', async () => {
    await call()
    await showIds()
  })

analytics.then(
  async () => {
    byId('client-state').textContent = 'ready'
    await showIds()
  },
  () => {
    byId('client-state').textContent = 'the settings could not be fetched from the collector'
  },
)
