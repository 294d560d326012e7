import { joinAll, type Memory, type Tally } from './memory.ts'

/** Remembers a tally of everything. */
export const overLifetime = <T>(tally: Tally<T>): Memory<T> => ({
  add: (memory, entry) => tally.add(memory, entry),
  judge: (memories) => ({ holds: tally.holds(joinAll(tally, memories)), next: undefined }),
  show: (memories) => tally.show(joinAll(tally, memories)),
  isInexact: (memories) => memories.some((memory) => tally.isInexact?.(memory) ?? false),
})
