import { Webhook } from 'standardwebhooks'
import type { DestinationKind } from '../destination-kind.ts'
import { lowerCased } from '../headers.ts'
import { isSigningKey, signingKeyForm } from '../secret.ts'
import { type WebhookSettings, webhookSettings } from './settings.ts'

/**
 * Changes and events as Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md,
 * 1.0.0, read 2026-11-22): `webhook-id` is the delivery's id, so a repeated one is known by it (SPEC DE2, DE5). With two secrets there are
 * two signatures, parted by a space, and a receiver takes either.
 */
export const webhook: DestinationKind<WebhookSettings> = {
  type: 'webhook',
  schema: webhookSettings,
  secretNames: ({ previousSecret }) => (previousSecret === undefined ? ['secret'] : ['secret', 'previousSecret']),
  faultOfSecret: (value) => (isSigningKey(value) ? undefined : `must be ${signingKeyForm}`),
  takes: ['change', 'event'],
  maxBatch: 1,
  request([delivery], { url, headers }, { secret, previousSecret }, now) {
    const body = JSON.stringify(delivery.kind === 'change' ? delivery.change : delivery.event)
    const sentAt = new Date(now)
    const secrets = [secret!, ...(previousSecret === undefined ? [] : [previousSecret])]
    return {
      method: 'POST',
      url,
      headers: {
        ...lowerCased(headers),
        'content-type': 'application/json',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(Math.floor(now / 1000)),
        'webhook-signature': secrets.map((key) => new Webhook(key).sign(delivery.id, sentAt, body)).join(' '),
      },
      body,
    }
  },
}
