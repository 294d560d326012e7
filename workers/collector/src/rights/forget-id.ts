import { createHmac, timingSafeEqual } from 'node:crypto'

const sign = (secret: Uint8Array, userId: string, id: string): string =>
  createHmac('sha256', secret).update(`forget.${userId}.${id}`).digest('base64url').slice(0, 22)

/** The id of an erasure as the person who asked for it gets it: with it, nobody else can undo it. */
export const sealForgetId = (secret: Uint8Array, userId: string, id: string): string =>
  `${id}.${sign(secret, userId, id)}`

/** @returns the erasure's own id; undefined for one that is not this person's */
export const openForgetId = (secret: Uint8Array, userId: string, sealed: unknown): string | undefined => {
  if (typeof sealed !== 'string' || sealed.length > 200) return undefined
  const place = sealed.lastIndexOf('.')
  const [id, shown] = [sealed.slice(0, Math.max(0, place)), Buffer.from(sealed.slice(place + 1))]
  const expected = Buffer.from(sign(secret, userId, id))
  return shown.length === expected.length && timingSafeEqual(shown, expected) ? id : undefined
}
