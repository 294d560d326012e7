import { isObject } from '@spartito/protocol'
import * as v from 'valibot'

/** The name of a Worker secret; in development only, the value itself. */
export type Secret = { env: string } | string

const isSecret = (value: unknown): boolean =>
  typeof value === 'string'
    ? /^whsec_[A-Za-z0-9+/=]{16,}$/.test(value)
    : isObject(value) && Object.keys(value).length === 1 && /^[A-Z][A-Z0-9_]*$/.test(String(value.env))

export const secret = v.custom<Secret>(
  isSecret,
  'must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development a text whsec_… with 12 or more bytes in base64',
)
