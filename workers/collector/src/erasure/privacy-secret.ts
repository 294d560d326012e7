import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { minSecretBytes } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { isDevelopment } from '../identity/worker-secret.ts'

/** Where nobody has set a secret: in development alone, since anybody can read it here. */
const developmentSecret = 'spartito-development-privacy-secret'

/** What keys the hashes of erased persons, and signs receipts; undefined when there is none that may: then nobody is erased. */
export const privacySecret = (env: Pick<Env, 'PRIVACY_SECRET' | 'DEVELOPMENT'>): string | undefined => {
  const secret = env.PRIVACY_SECRET || (isDevelopment(env) ? developmentSecret : undefined)
  if (secret === undefined || (secret === developmentSecret && !isDevelopment(env))) return undefined
  return Buffer.byteLength(secret) < minSecretBytes ? undefined : secret
}

/** HMAC-SHA-256 of a text, in base64url. */
export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')

/** A key for one use, so that what is made for one tells nothing about another. */
export const keyFor = (secret: string, use: string): string => keyedHash(secret, `key ${use}`)

/** A messageId's hash (11 characters) under a key, of the same length: told apart by some 64 bits, and of no use without the key. */
export const keyedMessageHash = (key: string, hash: string): string => keyedHash(key, hash).slice(0, 11)

const [nonceBytes, tagBytes] = [12, 16]
const cipherKey = (secret: string): Buffer => createHmac('sha256', secret).update('key sealing').digest()

/**
 * A text that only who has the secret can read (AES-256-GCM): whom an erasure is about lies sealed while it waits, since what SQLite deletes
 * may stay in its file.
 */
export const seal = (secret: string, text: string): string => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', cipherKey(secret), nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** @throws Error when it was sealed with another secret */
export const unseal = (secret: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', cipherKey(secret), bytes.subarray(0, nonceBytes))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
}
