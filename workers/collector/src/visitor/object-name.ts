import { createHash } from 'node:crypto'
import { type Identifier, identifierKey } from '@spartito/protocol'

const sha256 = (text: string) => createHash('sha256').update(text)

/**
 * Names that this isolate has lately made, in memory alone: who sends an event sends the next soon. A hash costs 3 µs by itself and 13 in
 * a request, since it makes objects of the runtime's that have to be collected.
 */
const lately = new Map<string, string>()
const maxLately = 5_000

/**
 * The name of an identifier's Visitor object: `user_id:<64 hex digits>`, its type and the SHA-256 of its value (SPEC ID1). No value is in
 * it, of whatever type: names travel in queues and logs, outside the jurisdiction, and stay where no erasure gets at their bytes, such as the
 * platform's own table of alarms (CO7).
 */
export const objectName = (identifier: Identifier): string => {
  const key = identifierKey(identifier)
  let name = lately.get(key)
  if (name !== undefined) return name
  if (lately.size >= maxLately) lately.delete(lately.keys().next().value!)
  name = `${identifier.type}:${sha256(identifier.value).digest('hex')}`
  lately.set(key, name)
  return name
}

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
