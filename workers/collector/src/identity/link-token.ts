import { createHmac } from 'node:crypto'
import type { EpochMs } from '@spartito/protocol'

/** For how long a link leads somebody on from one of the owner's sites to another. */
export const linkLifeMs = 120_000

const nonceBytes = 12
const timeBytes = 8
/** in UTF-16 units: the longest anonymousId has 765 bytes */
const maxLength = 1_100

/** A key for this one purpose and this one source, so that a link of one site is none of another's, and no cookie is a link. */
const keyOf = (secret: Uint8Array, source: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', createHmac('sha256', secret).update(`link.${source}`).digest(), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])

/** AES-256-GCM. What is bound and not told: the browser by its name, which is the same on each of the owner's sites. */
const cipher = (nonce: Uint8Array, userAgent: string) => ({
  name: 'AES-GCM',
  iv: nonce,
  additionalData: new TextEncoder().encode(userAgent),
})

/**
 * Seals an anonymousId for the way to another site (SPEC ID11): nonce, then until when and the id, encrypted and signed. Encrypted, since
 * addresses are copied, posted and logged, and who knows an anonymousId reads what that device brought.
 */
export const sealLink = async (
  secret: Uint8Array,
  source: string,
  userAgent: string,
  anonymousId: string,
  now: EpochMs,
): Promise<string> => {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const until = Buffer.alloc(timeBytes)
  until.writeBigUInt64BE(BigInt(now + linkLifeMs))
  const said = Buffer.concat([until, Buffer.from(anonymousId)])
  const sealed = await crypto.subtle.encrypt(cipher(nonce, userAgent), await keyOf(secret, source), said)
  return Buffer.concat([nonce, new Uint8Array(sealed)]).toString('base64url')
}

/** The anonymousId of a link; undefined when it is none of ours, of another source or browser, or when its time is over. */
export const openLink = async (
  secret: Uint8Array,
  source: string,
  userAgent: string,
  link: unknown,
  now: EpochMs,
): Promise<string | undefined> => {
  if (typeof link !== 'string' || link.length > maxLength) return undefined
  const bytes = Buffer.from(link, 'base64url')
  const [nonce, sealed] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes)]
  try {
    const opened = await crypto.subtle.decrypt(cipher(nonce, userAgent), await keyOf(secret, source), sealed)
    const said = Buffer.from(opened)
    return said.readBigUInt64BE() > BigInt(now) ? said.toString('utf8', timeBytes) : undefined
  } catch {
    // Forged, cut, of another source or browser: all one answer.
    return undefined
  }
}
