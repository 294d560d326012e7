import { isObject } from '@spartito/protocol'
import * as v from 'valibot'

/** The name of a Worker secret; in development only, the value itself. */
export type Secret = { env: string } | string

const isNamed = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).length === 1 && /^[A-Z][A-Z0-9_]*$/.test(String(value.env))

const [minKeyBytes, maxKeyBytes] = [24, 64]

/** What a key that signs webhooks must be, as Standard Webhooks says. */
export const signingKeyForm = `whsec_… with ${minKeyBytes} to ${maxKeyBytes} bytes in base64`

export const isSigningKey = (value: string): boolean => {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1]
  if (base64 === undefined || base64.length % 4 !== 0) return false
  const bytes = atob(base64).length
  return bytes >= minKeyBytes && bytes <= maxKeyBytes
}

/** A key that signs webhooks, or in development its value. */
export const signingSecret = v.custom<Secret>(
  (value) => (typeof value === 'string' ? isSigningKey(value) : isNamed(value)),
  `must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development a text ${signingKeyForm}`,
)

/** A key or token of a tool, of whatever form the tool gives it. */
export const secret = v.custom<Secret>(
  (value) => (typeof value === 'string' ? /^[\x21-\x7e]+$/.test(value) : isNamed(value)),
  'must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development the key itself',
)
