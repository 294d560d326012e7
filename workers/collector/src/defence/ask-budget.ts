import { createHash } from 'node:crypto'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import type { AskBudget } from './leases.ts'

/** Names appear in logs, outside the jurisdiction: not even a network is read from one. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32)

/** Asks the object that all isolates share; it is created near the first who asks, which for a network is the network. */
export const askBudget =
  (env: Pick<Env, 'BUDGET' | 'JURISDICTION'>, key: string, budget: number): AskBudget =>
  (wanted, atLeast) =>
    within(env.BUDGET, env.JURISDICTION).getByName(nameOf(key)).take(budget, wanted, atLeast)
