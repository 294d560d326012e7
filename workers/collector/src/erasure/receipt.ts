import type { KeptErasure } from './erasure-store.ts'
import { keyedHash, keyFor } from './privacy-secret.ts'
import { erasureSteps, type Kept, type Receipt, type SignedReceipt } from './rpc.ts'

const dayMs = 86_400_000

/** What nobody can delete before its time, and what is kept on purpose. */
const kept: Kept[] = [
  {
    what: "the platform's own history of Durable Objects, from which they can be restored (point in time recovery)",
    forMs: 30 * dayMs,
  },
  { what: 'messages in queues, which are refused when they come', forMs: 14 * dayMs },
  {
    what: 'freed bytes in the files of objects that several persons share (quarantine, deliveries, samples), which are written over after an hour without another erasure, or a day of them; of a file beyond 256 MB when SQLite takes its pages again. The roster has profileIds and hashes alone',
    forMs: dayMs,
  },
  { what: 'keyed hashes of the identifiers and of the messageIds, so that nothing of before comes back', forMs: -1 },
  { what: 'who asked, as a keyed hash, in the records of what administrators wrote', forMs: 400 * dayMs },
]

/** PKCS #8 of an Ed25519 key, before its 32 bytes (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

const signingKey = async (secret: string): Promise<{ key: CryptoKey; x: string }> => {
  const seed = Buffer.from(keyFor(secret, 'receipts'), 'base64url')
  const key = await crypto.subtle.importKey('pkcs8', Buffer.concat([pkcs8Prefix, seed]), 'Ed25519', true, ['sign'])
  const { x } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey
  return { key, x: x! }
}

/** The public half of what signs receipts: whoever keeps it can check one without asking anybody. */
export const receiptKey = async (secret: string): Promise<SignedReceipt['publicKey']> => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: (await signingKey(secret)).x,
})

export const receiptOf = (erasure: KeptErasure, subjects: string[], doneAt: number): Receipt => ({
  id: erasure.id,
  mode: erasure.mode,
  askedAt: erasure.askedAt,
  by: erasure.by,
  until: erasure.until!,
  doneAt,
  subjects,
  stores: Object.fromEntries(erasureSteps.map((step) => [step, erasure.steps[step]?.counts ?? {}])),
  destinations: erasure.destinations,
  kept,
})

export const signReceipt = async (receipt: Receipt, secret: string): Promise<SignedReceipt> => {
  const payload = JSON.stringify(receipt)
  const { key, x } = await signingKey(secret)
  const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(payload))
  return {
    payload,
    alg: 'Ed25519',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x },
    signature: Buffer.from(signature).toString('base64url'),
  }
}

/** Who asked, without naming anybody. */
export const askerHash = (secret: string, who: string): string => keyedHash(keyFor(secret, 'askers'), who).slice(0, 16)
