import { jitsuAnalytics } from '@jitsu/js'
import './told.ts'

const { collector, writeKey } = window.told
// Its keys have two parts.
const analytics = jitsuAnalytics({ host: collector, writeKey: `${writeKey}:any` })
window.calls = {
  track: (event, properties) => analytics.track(event, properties),
  identify: (userId, traits) => analytics.identify(userId, traits),
  page: (name) => analytics.page({ name }),
  group: (groupId, traits) => analytics.group(groupId, traits),
  anonymousId: () => analytics.user().anonymousId,
}
