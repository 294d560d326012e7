import type { EpochMs } from '@spartito/protocol'
import type { Ports } from '../ports.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const encode = (value: number, length: number): string => {
  let text = ''
  for (let rest = value; length--; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  return text
}

/** A ULID's first ten characters: the least that an id of this time can begin with. */
export const ulidTime = (at: EpochMs): string => encode(at, 10)

/**
 * Makes ULIDs that ascend strictly, so that they order events. Those of one millisecond, or made while the clock runs backwards, count on in their
 * last four characters, which is room for a million: a page that tracks a thousand events at once asks for chance once a millisecond, not for each.
 * The package `ulid` does the same in 581 bytes (brotli).
 */
export const createUlid = (ports: Pick<Ports, 'now' | 'randomBytes'>): (() => string) => {
  let last = -1
  let head = ''
  let count = 0
  const create = (): string => {
    const now = ports.now()
    // so that a clock that says no number counts as new
    if (!(now <= last)) {
      last = now
      head = ulidTime(now)
      for (const byte of ports.randomBytes(12)) head += alphabet[byte % 32]
      count = 0
    }
    return head + encode(count++, 4)
  }
  return create
}
