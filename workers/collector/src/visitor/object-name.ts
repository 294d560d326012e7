import { createHash } from 'node:crypto'
import { type Identifier, identifierKey } from '@spartito/protocol'

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * The name of an identifier's Visitor object. A contact's value is hashed, since names appear in logs, outside the
 * jurisdiction (SPEC ID1).
 */
export const objectName = (identifier: Identifier): string =>
  identifier.type === 'email' || identifier.type === 'phone'
    ? `${identifier.type}:${sha256(identifier.value).toString('hex')}`
    : identifierKey(identifier)

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A profile's id: the first 26 base32 characters of the SHA-256 of its host's object name (SPEC ID5). */
export const profileIdOf = (name: string): string => {
  let id = ''
  let bits = 0
  let value = 0
  for (const byte of sha256(name)) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5 && id.length < 26) {
      bits -= 5
      id += base32[(value >> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return id
}
