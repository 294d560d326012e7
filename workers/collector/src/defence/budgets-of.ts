import type { Budgets, Source } from '@spartito/workspace'
import type { Env } from '../env.ts'

/** New visitors a minute of one network, for a key that everybody can read (SPEC WS). */
const newVisitors = 600
const visitorEvents = 2_000

/** How much a source may bring in a minute here; what is undefined has no bound (SPEC WS). */
export const budgetsOf = (
  { kind, budgets = {} }: Source,
  { BUDGET_FACTOR }: Pick<Env, 'BUDGET_FACTOR'>,
  isImport: boolean,
): { [K in keyof Budgets]: number | undefined } => {
  const factor = Number(BUDGET_FACTOR) || 1
  const times = (budget: number | undefined): number | undefined => budget && budget * factor
  return {
    newVisitors: times(budgets.newVisitors ?? (kind === 'browser' ? newVisitors : undefined)),
    // A history comes at once.
    visitorEvents: times(budgets.visitorEvents ?? (isImport ? undefined : visitorEvents)),
    events: times(budgets.events),
  }
}
