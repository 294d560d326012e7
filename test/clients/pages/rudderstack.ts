import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'
import './told.ts'

const { collector, writeKey } = window.told
const analytics = new RudderAnalytics()
analytics.load(writeKey, collector, { configUrl: collector })
analytics.ready(() => {
  window.calls = {
    track: (event, properties) => analytics.track(event, { ...properties }),
    identify: (userId, traits) => analytics.identify(userId, { ...traits }),
    page: (name) => analytics.page(name),
    group: (groupId, traits) => analytics.group(groupId, { ...traits }),
    anonymousId: () => analytics.getAnonymousId(),
  }
})
