import type { Delivery } from '../delivery.ts'
import type { DestinationKind } from '../destination-kind.ts'
import { conversionOf, type EventDelivery, skipEvent } from './conversions.ts'
import { type ChangeDelivery, customAudienceOf, membersOf, skipChange } from './members.ts'
import { readMeta } from './read-meta.ts'
import { type MetaSettings, metaSettings } from './settings.ts'

const groupOf = (delivery: Delivery, settings: MetaSettings): string =>
  delivery.kind === 'event' ? 'events' : `${delivery.change.type} ${customAudienceOf(delivery, settings)}`

/**
 * Meta: events by the Conversions API, changes as members of custom audiences, added and removed. 1,000 events a request, refused as a
 * whole for one of them; 10,000 members. https://developers.facebook.com/docs/marketing-api/conversions-api/using-the-api and
 * https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences, read 2026-11-22.
 */
export const meta: DestinationKind<MetaSettings> = {
  type: 'meta',
  schema: metaSettings,
  secretNames: () => ['accessToken'],
  takes: ['change', 'event'],
  maxBatch: 500,
  group: groupOf,
  skip: (delivery, settings) =>
    delivery.kind === 'event' ? skipEvent(delivery, settings) : skipChange(delivery, settings),
  request(deliveries, settings, { accessToken }) {
    const graph = `https://graph.facebook.com/${settings.version ?? 'v25.0'}`
    const [first] = deliveries
    if (first.kind === 'event') {
      const code = settings.testEventCode
      return {
        method: 'POST',
        url: `${graph}/${settings.datasetId}/events`,
        headers: { 'content-type': 'application/json' },
        // The token is in the body: URLs are written to logs.
        body: JSON.stringify({
          data: deliveries.map((delivery) => conversionOf(delivery as EventDelivery, settings)),
          ...(code !== undefined && { test_event_code: code }),
          access_token: accessToken,
        }),
      }
    }
    const payload = JSON.stringify(membersOf(deliveries as readonly ChangeDelivery[]))
    return {
      method: first.change.type === 'audience.entered' ? 'POST' : 'DELETE',
      url: `${graph}/${customAudienceOf(first, settings)}/users`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ payload, access_token: accessToken! }).toString(),
    }
  },
  read: readMeta,
}
