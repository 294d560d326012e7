import { isObject } from '@spartito/protocol'
import * as v from 'valibot'

/** The name of a Worker secret; in development only, the value itself. */
export type Secret = { env: string } | string

const isNamed = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).length === 1 && /^[A-Z][A-Z0-9_]*$/.test(String(value.env))

/** A key that signs webhooks, or in development its value. */
export const signingSecret = v.custom<Secret>(
  (value) => (typeof value === 'string' ? /^whsec_[A-Za-z0-9+/=]{16,}$/.test(value) : isNamed(value)),
  'must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development a text whsec_… with 12 or more bytes in base64',
)

/** A key or token of a tool, of whatever form the tool gives it. */
export const secret = v.custom<Secret>(
  (value) => (typeof value === 'string' ? /^[\x21-\x7e]+$/.test(value) : isNamed(value)),
  'must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development the key itself',
)
