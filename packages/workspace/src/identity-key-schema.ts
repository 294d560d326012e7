import { isObject } from '@spartito/protocol'
import * as v from 'valibot'
import { text } from './texts.ts'

const kid = v.pipe(text, v.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, _, . or -'))

/** RFC 7518, section 3.2: a key of HS256 is as long as its hash, at least. */
export const minSecretBytes = 32

const isSecret = (value: unknown): boolean =>
  typeof value === 'string'
    ? new TextEncoder().encode(value).length >= minSecretBytes
    : isObject(value) && Object.keys(value).length === 1 && /^[A-Z][A-Z0-9_]*$/.test(String(value.env))

const coordinate = v.pipe(text, v.regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url'))

const publicKey = v.strictObject({
  kty: v.literal('EC', 'must be EC'),
  crv: v.literal('P-256', 'must be P-256'),
  x: coordinate,
  y: coordinate,
  d: v.optional(v.never('is the private key: keep it on your server, and publish a new pair')),
  kid: v.optional(text),
  alg: v.optional(v.literal('ES256', 'must be ES256')),
  use: v.optional(v.literal('sig', 'must be sig')),
  key_ops: v.optional(v.array(text)),
  ext: v.optional(v.boolean('must be true or false')),
})

/** A key that the owner's server signs identity tokens with (SPEC ID11). */
export const identityKey = v.variant(
  'alg',
  [
    v.strictObject({
      kid,
      alg: v.literal('HS256'),
      secret: v.custom<string | { env: string }>(
        isSecret,
        `must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development a text of ${minSecretBytes} or more bytes`,
      ),
    }),
    v.strictObject({ kid, alg: v.literal('ES256'), publicKey }),
  ],
  'must be HS256, with a secret, or ES256, with a publicKey',
)
