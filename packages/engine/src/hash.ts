const half = 36 ** 5

/** 11 base-36 digits of a whole number below 2 ** 53, in halves that are small numbers: of a large one the engine divides once a digit. */
const base36 = (number: number): string => {
  // Below 2 ** 28, as it is, a quotient that is not whole is never rounded up to a whole one.
  const high = Math.floor(number / half)
  const low = number - high * half
  return high.toString(36).padStart(6, '0') + low.toString(36).padStart(5, '0')
}

/**
 * A 53-bit hash of a text as 11 base-36 digits, for tables in memory; not for secrets.
 * Two multiply-and-xor lanes of 32 bits, as in the public-domain function cyrb53.
 *
 * @param seed makes tables of different owners differ, so that a collision found in one is none in another
 */
export const hash53 = (text: string, seed = 0): string => {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return base36(4294967296 * (2097151 & b) + (a >>> 0))
}

/** Where a text falls in [0, 1), evenly and always the same. */
export const hashShare = (text: string): number => Number.parseInt(hash53(text), 36) / 2 ** 53
