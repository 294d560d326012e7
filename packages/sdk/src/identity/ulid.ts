import type { EpochMs } from '@spartito/protocol'
import type { Ports } from '../ports.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID's first ten characters: the least that an id of this time can begin with. */
export const ulidTime = (at: EpochMs): string => {
  let text = ''
  for (let rest = at, length = 10; length--; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  return text
}

/**
 * Makes ULIDs that ascend strictly, so that they order events. Those of one millisecond, or made while the clock runs
 * backwards, borrow the next milliseconds. The package `ulid` does the same in 581 bytes (brotli).
 */
export const createUlid = (ports: Pick<Ports, 'now' | 'randomBytes'>): (() => string) => {
  let last = 0
  const create = (): string => {
    last = Math.max(ports.now(), last + 1)
    let id = ulidTime(last)
    for (const byte of ports.randomBytes(16)) id += alphabet[byte % 32]
    return id
  }
  return create
}
