import { AnalyticsBrowser } from '@segment/analytics-next'
import './told.ts'

const { collector, writeKey } = window.told
const isBatching = new URLSearchParams(location.search).has('batching')
const [analytics] = await AnalyticsBrowser.load(
  { writeKey, cdnURL: collector },
  {
    integrations: {
      'Segment.io': {
        apiHost: `${new URL(collector).host}/v1`,
        protocol: 'http',
        ...(isBatching && { deliveryStrategy: { strategy: 'batching', config: { size: 3, timeout: 1_000 } } }),
      },
    },
  },
)
window.calls = {
  track: (event, properties) => analytics.track(event, properties),
  identify: (userId, traits) => analytics.identify(userId, traits),
  page: (name) => analytics.page(name),
  group: (groupId, traits) => analytics.group(groupId, traits),
  anonymousId: () => analytics.user().anonymousId(),
}
