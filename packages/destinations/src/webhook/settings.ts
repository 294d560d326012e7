import * as v from 'valibot'
import { headers, keysIn } from '../headers.ts'
import { type Secret, signingSecret } from '../secret.ts'
import { target } from '../target.ts'

export interface WebhookSettings {
  url: string
  /** signs each request */
  secret: Secret
  /** signs each request too, while receivers still verify by it: set the old one here, the new one as `secret`, and remove it when all know the new */
  previousSecret?: Secret | undefined
  /** sent with each request beside those of the signature */
  headers?: Readonly<Record<string, string>> | undefined
}

const noBody = v.check<Record<string, string>, string>(
  (given) => !Object.keys(given).some((name) => name.toLowerCase() === 'content-type'),
  'must not set content-type: a webhook is JSON',
)

const noKeys = v.check<Record<string, string>, string>(
  (given) => keysIn(given).length === 0,
  'holds a key: a webhook is known by its signature; the kind http takes a key as its secret',
)

export const webhookSettings = v.strictObject({
  url: target,
  secret: signingSecret,
  previousSecret: v.optional(signingSecret),
  headers: v.optional(v.pipe(headers, noBody, noKeys)),
})
