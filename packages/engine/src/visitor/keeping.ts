import type { DurationMs } from '../audience/time/duration.ts'
import { pruneSlackMs, wholeMs } from './ledger.ts'
import type { Plan } from './step.ts'

/** How long things are kept; a test keeps them shorter. */
export interface Keeping {
  /** events are whole for so long after they were received */
  wholeMs: DurationMs
  /** what comes due within this is done together */
  slackMs: DurationMs
  /** so many blocks are rewritten in one transaction; the rest at once in the next */
  maxBlocks: number
}

export const usualKeeping: Keeping = { wholeMs, slackMs: pruneSlackMs, maxBlocks: 64 }

const hourMs = 3_600_000

/** What a retention makes of it: a shorter one waits less for what comes due with it. */
export const within = ({ whole }: Plan, keeping: Keeping): Keeping => {
  if (!whole || whole.shortestMs >= keeping.wholeMs) return keeping
  const slackMs = Math.min(keeping.slackMs, Math.max(hourMs, whole.shortestMs / 24))
  return { ...keeping, wholeMs: whole.shortestMs, slackMs }
}

/** `pruneAt` is stored as PR1 alone would have it, so that another retention holds for what is stored already. */
export const earlierMs = (plan: Plan, keeping: Keeping): DurationMs => {
  const its = within(plan, keeping)
  return keeping.wholeMs + keeping.slackMs - its.wholeMs - its.slackMs
}
