import type { EpochMs } from '@spartito/protocol'
import type { Memory, Tally } from './memory.ts'
import { overLifetime } from './over-lifetime.ts'

/** Remembers a tally of a fixed span, both ends included; null when nothing fell into it. */
export const overSpan = <T>(tally: Tally<T>, from: EpochMs, to: EpochMs): Memory<T | null> => {
  const inner = overLifetime(tally)
  const filled = (memories: readonly (T | null)[]): T[] => memories.filter((memory) => memory !== null)
  return {
    add: (memory = null, entry) => (entry[0] < from || entry[0] > to ? memory : inner.add(memory ?? undefined, entry)),
    judge: (memories, now) => inner.judge(filled(memories), now),
    show: (memories, now) => inner.show(filled(memories), now),
    isInexact: (memories, now) => inner.isInexact!(filled(memories), now),
  }
}
