import * as v from 'valibot'
import { secret } from '../secret.ts'
import { target } from '../target.ts'

export const webhookSettings = v.strictObject({ url: target, secret })

export type WebhookSettings = v.InferOutput<typeof webhookSettings>
