import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../../env.ts'
import type { ErasureStore, KeptErasure, Person } from '../erasure-store.ts'
import type { Counts } from '../rpc.ts'

/** What a step of an erasure is run with. */
export interface StepRun {
  env: Env
  store: ErasureStore
  secret: string
  /** has consumers of queues told what is suppressed */
  publish(secret: string): Promise<void>
  erasure: KeptErasure
  /** throws before `find` is done */
  person(): Person
  now: EpochMs
}

/** What a step came to: done, with what was counted in all; or not yet, why, and when it is tried again. */
export type StepEnd = {
  counts?: Counts
  /** what is kept of the erasure beside it */
  keep?: Partial<KeptErasure>
} & ({ isDone: true } | { isDone: false; waitsFor: string; againMs: number })

export type RunStep = (run: StepRun) => Promise<StepEnd>

/** Calls so many objects at a time: an object has six connections, and calls to objects are none of them. */
const atATime = 16

export const forEach = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = all.values()
  const follow = async (): Promise<void> => {
    for (const one of left) await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(atATime, all.length) }, follow))
}

export const addCounts = (a: Counts, b: Counts): Counts => {
  const sum = { ...a }
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
