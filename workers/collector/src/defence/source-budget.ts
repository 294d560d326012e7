import type { EpochMs } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { type Failed, rateLimited } from '../pipeline/failed.ts'
import { askBudget } from './ask-budget.ts'
import { budgetsOf } from './budgets-of.ts'
import { createLeases } from './leases.ts'

const leases = createLeases()

const over = ({ id }: Source, waitMs: number): Failed =>
  rateLimited(`the source ${id} brings more events than it may in a minute: send the request again later`, waitMs)

/** Refuses a request before its body is read, where its source is known to have spent its budget. */
export const refuseSpent = (source: Source, now: EpochMs): Failed | undefined => {
  if (source.budgets?.events === undefined) return undefined
  const waitMs = leases.spentMs(source.id, now)
  return waitMs > 0 ? over(source, waitMs) : undefined
}

/** Counts a request's events against the budget of their source, where it has one (SPEC WS). @returns a refusal when that is spent */
export const admitEvents = async (
  env: Env,
  source: Source,
  isImport: boolean,
  count: number,
  now: EpochMs,
): Promise<Failed | undefined> => {
  const { events: budget } = budgetsOf(source, env, isImport)
  if (budget === undefined) return undefined
  const waitMs = await leases.obtain(source.id, count, budget, now, askBudget(env, source.id, budget))
  return waitMs > 0 ? over(source, waitMs) : undefined
}
