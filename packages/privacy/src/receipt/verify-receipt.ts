import { isObject, ok, type Result, refuse } from '@spartito/protocol'

/** What a receipt says, as far as people are shown it; the whole of it is what was signed. */
export interface VerifiedReceipt {
  id: string
  mode: string
  askedAt: number
  doneAt: number
  stores: Record<string, Record<string, number>>
  destinations: { destination: string; deletion: string }[]
  /** what the platform keeps; below 0: without end */
  kept: { what: string; forMs: number }[]
}

export interface Verified {
  receipt: VerifiedReceipt
  /** the public key that it was signed with, base64url */
  key: string
  /** whether that is the key that was expected; undefined when none was */
  isExpectedKey: boolean | undefined
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The signed part of what an administrator has got: the receipt itself, or the whole erasure with it. */
const signedIn = (document: unknown): Record<string, unknown> | undefined => {
  if (!isObject(document)) return undefined
  if (typeof document.payload === 'string') return document
  return isObject(document.receipt) && typeof document.receipt.payload === 'string' ? document.receipt : undefined
}

/**
 * Verifies a receipt of an erasure, without asking anybody: Ed25519 over the text of its payload (RFC 8032). It brings its public key, which
 * proves that nothing was changed; that it is this deployment's receipt, only a key that came another way proves.
 *
 * @param text the file, as it was handed out
 * @param expectedKey the deployment's public key, base64url
 * @returns a refusal says what is wrong, in words
 */
export const verifyReceipt = async (text: string, expectedKey?: string): Promise<Result<Verified, string>> => {
  const signed = signedIn(parsed(text))
  if (!signed) return refuse('this is no receipt: it needs a payload, a public key and a signature')
  const { payload, signature, alg, publicKey } = signed
  const x = isObject(publicKey) && publicKey.crv === 'Ed25519' ? publicKey.x : undefined
  if (alg !== 'Ed25519' || typeof x !== 'string' || typeof signature !== 'string')
    return refuse('the receipt is signed by a way that is not known here: it has to be Ed25519')
  let isSound = false
  try {
    const key = await crypto.subtle.importKey('raw', bytesOf(x), 'Ed25519', false, ['verify'])
    const bytes = new TextEncoder().encode(payload as string)
    isSound = await crypto.subtle.verify('Ed25519', key, bytesOf(signature), bytes)
  } catch {
    // a key or a signature that is none: not sound
  }
  if (!isSound) return refuse('the signature does not hold: something of the receipt was changed')
  if (expectedKey !== undefined && expectedKey !== x)
    return refuse('the receipt is signed, and not by the key that you named: it is of another deployment')
  const receipt = parsed(payload as string)
  if (!isObject(receipt)) return refuse('what was signed is no receipt')
  return ok({
    receipt: receipt as unknown as VerifiedReceipt,
    key: x,
    isExpectedKey: expectedKey === undefined ? undefined : true,
  })
}
