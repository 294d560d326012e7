import { readRetryAfter } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { Webhook } from 'standardwebhooks'
import type { Deliver } from '../target.ts'

const timeoutMs = 15_000

const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * Delivers changes as Standard Webhooks (https://www.standardwebhooks.com, 1.0.0): `webhook-id` is the change's id, so a
 * repeated delivery is known by it. No redirect is followed (SPEC DE5).
 */
export const webhook = ({ url }: Destination['settings'], secret: string): Deliver => {
  const signer = new Webhook(secret)
  return async (change) => {
    const body = JSON.stringify(change)
    const sentAt = new Date()
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'webhook-id': change.id,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': signer.sign(change.id, sentAt, body),
        },
        body,
      })
      await response.body?.cancel()
      if (response.ok) return { outcome: 'delivered', status: response.status }
      const reason = `the endpoint answered ${response.status}`
      if (!isTemporary(response.status)) return { outcome: 'refused', reason }
      const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), sentAt.getTime())
      return retryAfterMs === undefined ? { outcome: 'failed', reason } : { outcome: 'failed', reason, retryAfterMs }
    } catch (error) {
      return { outcome: 'failed', reason: `the endpoint could not be reached: ${String(error)}` }
    }
  }
}
