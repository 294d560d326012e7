import type { EpochMs } from '@spartito/protocol'
import { Webhook } from 'standardwebhooks'
import type { DestinationKind, DestinationRequest, Secrets } from '../destination-kind.ts'
import { lowerCased } from '../headers.ts'
import { isSigningKey, signingKeyForm } from '../secret.ts'
import { type WebhookSettings, webhookSettings } from './settings.ts'

const signed = (
  id: string,
  body: string,
  { url, headers }: WebhookSettings,
  { secret, previousSecret }: Secrets,
  now: EpochMs,
): DestinationRequest => {
  const secrets = [secret!, ...(previousSecret === undefined ? [] : [previousSecret])]
  return {
    method: 'POST',
    url,
    headers: {
      ...lowerCased(headers),
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': secrets.map((key) => new Webhook(key).sign(id, new Date(now), body)).join(' '),
    },
    body,
  }
}

/**
 * Changes and events as Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md,
 * 1.0.0, read 2026-11-22): `webhook-id` is the delivery's id, so a repeated one is known by it (SPEC DE2, DE5). With two secrets there are
 * two signatures, parted by a space, and a receiver takes either. Of somebody who is erased it hears `profile.erased`.
 */
export const webhook: DestinationKind<WebhookSettings> = {
  type: 'webhook',
  schema: webhookSettings,
  secretNames: ({ previousSecret }) => (previousSecret === undefined ? ['secret'] : ['secret', 'previousSecret']),
  faultOfSecret: (value) => (isSigningKey(value) ? undefined : `must be ${signingKeyForm}`),
  takes: ['change', 'event'],
  maxBatch: 1,
  request([delivery], settings, secrets, now) {
    const body = JSON.stringify(delivery.kind === 'change' ? delivery.change : delivery.event)
    return signed(delivery.id, body, settings, secrets, now)
  },
  deletion: {
    requests({ erasureId, at, profileIds, identifiers }, settings, secrets, now) {
      const id = `erasure:${erasureId}`
      const body = JSON.stringify({ id, type: 'profile.erased', at, profileIds, identifiers })
      return [signed(id, body, settings, secrets, now)]
    },
  },
}
