/** Random choices that a seed repeats. */
export interface SeededRandom {
  /** in [0, 1) */
  next(): number
  /** a whole number from `low` to `high`, both included */
  between(low: number, high: number): number
  /** true with this probability */
  chance(probability: number): boolean
  pick<T>(values: readonly T[]): T
  /** another sequence, for a part whose draws shall not depend on the others' */
  fork(salt: number): SeededRandom
}

/** @param seed a 32-bit whole number; the generator is the public-domain function mulberry32 */
export const seededRandom = (seed: number): SeededRandom => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (values) => values[between(0, values.length - 1)]!,
    fork: (salt) => seededRandom(Math.imul(seed ^ salt, 0x9e3779b1) ^ salt),
  }
}
