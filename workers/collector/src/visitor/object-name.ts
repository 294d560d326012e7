import { createHash } from 'node:crypto'
import type { Identifier } from '@spartito/protocol'

const sha256 = (text: string) => createHash('sha256').update(text)

/**
 * The name of an identifier's Visitor object: `user_id:<64 hex digits>`, its type and the SHA-256 of its value (SPEC ID1). No value is in
 * it, of whatever type: names travel in queues and logs, outside the jurisdiction, and stay where no erasure gets at their bytes, such as the
 * platform's own table of alarms (CO7).
 */
export const objectName = ({ type, value }: Identifier): string => `${type}:${sha256(value).digest('hex')}`

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A profile's id: the first 26 base32 characters of the SHA-256 of its host's object name (SPEC ID5). */
export const profileIdOf = (name: string): string => {
  let id = ''
  let bits = 0
  let value = 0
  for (const byte of sha256(name).digest()) {
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
