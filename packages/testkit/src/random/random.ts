/** Chances drawn from a seed: the same seed gives the same draws, on every machine. */
export interface Random {
  /** within [0, 1) */
  next: () => number
  /** a whole number within [least, most] */
  int: (least: number, most: number) => number
  chance: (probability: number) => boolean
  pick: <T>(choices: readonly T[]) => T
  shuffle: <T>(items: readonly T[]) => T[]
}

/** mulberry32: 32 bits of state, good enough to explore and short enough to trust. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[int(0, choices.length - 1)]!,
    shuffle: (items) => {
      const shuffled = [...items]
      for (let index = shuffled.length - 1; index > 0; index--) {
        const other = int(0, index)
        ;[shuffled[index], shuffled[other]] = [shuffled[other]!, shuffled[index]!]
      }
      return shuffled
    },
  }
}
