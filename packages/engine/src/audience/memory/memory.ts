import type { EpochMs, Json } from '@spartito/protocol'

/**
 * What a leaf reads of one event: its instant, never later than the `now` of any judgement, then what the leaf needs.
 */
export type Entry = readonly [at: EpochMs, ...data: Json[]]

export interface Judgement {
  holds: boolean
  /** the first instant after now at which time alone may change it: never too late, at times too early */
  next: EpochMs | undefined
}

/** What holds a condition up, for explain. */
export type Proof = { [key: string]: Json }

/**
 * How a leaf remembers events. `M` is JSON and lives in the state of a fragment; fragments hold different events, so
 * what their memories say together is what one memory of all the events would say, in whatever order they came.
 */
export interface Memory<M> {
  /** never changes the memory it is given */
  add(memory: M | undefined, entry: Entry): M
  judge(memories: readonly M[], now: EpochMs): Judgement
  show(memories: readonly M[], now: EpochMs): Proof
  /** whether something that may matter at `now` had to be left out (PR2) */
  isInexact?(memories: readonly M[], now: EpochMs): boolean
}

/**
 * A commutative way to take entries together, and the question asked of the result; windows are put around it.
 * `T` is JSON.
 */
export interface Tally<T> {
  add(tally: T | undefined, entry: Entry): T
  /** `add` for many at once, where that is cheaper than one by one */
  addAll?(tally: T | undefined, entries: readonly Entry[]): T | undefined
  join(a: T, b: T): T
  /** the question; undefined is the tally of nothing */
  holds(tally: T | undefined): boolean
  show(tally: T | undefined): Proof
  isInexact?(tally: T): boolean
  /** whether the tally of so many entries is about as large as they are: then long lists keep none for a chunk */
  isLarge?(tally: T, entries: number): boolean
  /** long lists keep so many newest entries; what is left out is known by `dropped` */
  maxEntries?: number
}

/** PR2: so many hashed values are kept. */
export const maxKept = 10_000

export const joinAll = <T>(tally: Tally<T>, parts: readonly T[]): T | undefined => {
  let joined: T | undefined
  for (const part of parts) joined = joined === undefined ? part : tally.join(joined, part)
  return joined
}
