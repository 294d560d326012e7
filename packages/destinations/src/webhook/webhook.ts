import { Webhook } from 'standardwebhooks'
import type { DestinationKind } from '../destination-kind.ts'
import { type WebhookSettings, webhookSettings } from './settings.ts'

/**
 * Changes and events as Standard Webhooks (https://www.standardwebhooks.com, 1.0.0): `webhook-id` is the delivery's id, so a repeated
 * one is known by it (SPEC DE2, DE5).
 */
export const webhook: DestinationKind<WebhookSettings> = {
  type: 'webhook',
  schema: webhookSettings,
  secretNames: () => ['secret'],
  takes: ['change', 'event'],
  maxBatch: 1,
  request([delivery], { url }, { secret }, now) {
    const body = JSON.stringify(delivery.kind === 'change' ? delivery.change : delivery.event)
    const sentAt = new Date(now)
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(Math.floor(now / 1000)),
        'webhook-signature': new Webhook(secret!).sign(delivery.id, sentAt, body),
      },
      body,
    }
  },
}
