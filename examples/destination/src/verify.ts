import { Webhook, WebhookVerificationError } from 'standardwebhooks'

export type Verified = { ok: true; id: string; body: unknown } | { ok: false; error: string }

/**
 * Checks a delivery's signature over the raw body, as Standard Webhooks says: HMAC-SHA256 of id, timestamp and body,
 * and a timestamp within 5 minutes of now.
 *
 * @param text the body exactly as it came: parsed and printed again it would no longer match
 */
export const verify = (text: string, headers: Headers, secret: string): Verified => {
  try {
    const body: unknown = new Webhook(secret).verify(text, Object.fromEntries(headers))
    return { ok: true, id: headers.get('webhook-id') ?? '', body }
  } catch (error) {
    // JSON.parse runs after the signature was found good, so broken JSON is a SyntaxError, not a forgery
    if (error instanceof WebhookVerificationError) return { ok: false, error: error.message }
    if (error instanceof SyntaxError) return { ok: true, id: headers.get('webhook-id') ?? '', body: undefined }
    throw error
  }
}
