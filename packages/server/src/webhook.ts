import type { AudienceChange, Event } from '@spartito/protocol'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/** A delivery that Spartito has signed. */
export type VerifiedWebhook = { ok: true; id: string; body: AudienceChange | Event } | { ok: false; reason: string }

/** The headers of a request, in whatever form a framework has them. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

const headerOf = (headers: HeadersLike, name: string): string => {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  return (Array.isArray(value) ? value[0] : (value as string | undefined)) ?? ''
}

/**
 * Verifies a webhook of Spartito (Standard Webhooks 1.0.0): that it was signed with one of your secrets, less than five minutes ago. Take a
 * delivery whose `id` you have seen as done: it comes at least once.
 *
 * @param text the body exactly as it came: parsed and printed again it is another
 * @param secrets one; or, while you rotate, the new and the old one
 */
export const verifyWebhook = (
  text: string,
  headers: HeadersLike,
  secrets: string | readonly string[],
): VerifiedWebhook => {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
  const signed = Object.fromEntries(names.map((name) => [name, headerOf(headers, name)]))
  let reason = 'there is no secret to verify it with'
  for (const secret of [secrets].flat() as string[]) {
    try {
      return { ok: true, id: signed['webhook-id']!, body: new Webhook(secret).verify(text, signed) as AudienceChange }
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error
      reason = error.message
    }
  }
  return { ok: false, reason }
}
