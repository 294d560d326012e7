import type { EpochMs } from '@spartito/protocol'
import { compareOrder } from '../aggregate/edge.ts'
import type { Entry, Memory } from '../memory/memory.ts'
import type { DurationMs } from '../time/duration.ts'

/** `[at, receivedAt, messageId]` (WI8). */
type Order = Entry

/** Since when something has been so without a break. */
export interface Run {
  /** the last time that it was not so */
  no: Order | null
  /** each later time that it was said to be so, oldest first: a late `no` may begin the run anew at any of them */
  yes: readonly Order[]
  /** the newest of those that were left out between the first, which is always kept, and the newest */
  dropped?: EpochMs
  /** whether a late `no` fell among those left out: then the run began earlier than `yes` says */
  isTorn?: true
}

/** Clients say the same on every page; so many are kept. */
const maxYes = 256

const isBefore = (a: Order | undefined, b: Order | null): boolean =>
  a !== undefined && b !== null && compareOrder(a, b) < 0

const join = (a: Run, b: Run): Run => {
  const no = isBefore(a.no ?? undefined, b.no) || a.no === null ? b.no : a.no
  const all = [...a.yes, ...b.yes].filter((order) => !isBefore(order, no)).sort(compareOrder)
  const yes = all.length > maxYes ? [all[0]!, ...all.slice(all.length - maxYes + 1)] : all
  const dropped = Math.max(
    ...[a, b].map((run) => run.dropped ?? Number.NEGATIVE_INFINITY),
    all.length > maxYes ? all[all.length - maxYes]![0] : Number.NEGATIVE_INFINITY,
  )
  if (dropped <= (no?.[0] ?? Number.NEGATIVE_INFINITY)) return { no, yes }
  const isTorn = [a, b].some((run) => run.isTorn || (run.dropped !== undefined && isBefore(run.yes[0], no)))
  return isTorn ? { no, yes, dropped, isTorn } : { no, yes, dropped }
}

/** Entries are `[at, receivedAt, messageId, whether it was so]`. */
export const runMemory = (forMs: DurationMs): Memory<Run> => {
  const sinceOf = (runs: readonly Run[]): EpochMs | undefined =>
    runs.length === 0 ? undefined : runs.reduce(join).yes[0]?.[0]
  return {
    add(run, [at, receivedAt, messageId, isSo]) {
      const order: Order = [at, receivedAt!, messageId!]
      const one: Run = isSo ? { no: null, yes: [order] } : { no: order, yes: [] }
      return run ? join(run, one) : one
    },
    judge(runs, now) {
      const since = sinceOf(runs)
      if (since === undefined) return { holds: false, next: undefined }
      return { holds: since + forMs <= now, next: since + forMs > now ? since + forMs : undefined }
    },
    show: (runs) => ({ since: sinceOf(runs) ?? null }),
    isInexact: (runs) => runs.length > 0 && runs.reduce(join).isTorn === true,
  }
}
