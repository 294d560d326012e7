import type { EpochMs, Json } from '@spartito/protocol'
import type { Calendar } from '../oracle/condition.ts'

/** The unit that a scenario counts time in: events lie on its halves and windows are whole numbers of it, so they meet. */
export interface Unit {
  ms: number
  text: (count: number) => string
}

export const units: readonly Unit[] = [
  { ms: 60_000, text: (count) => `PT${count}M` },
  { ms: 3_600_000, text: (count) => `PT${count}H` },
  { ms: 86_400_000, text: (count) => `P${count}D` },
]

/** Near the hour that Europe/Rome skips and the one it repeats, near the end of a week, a month and a year. */
export const starts: readonly EpochMs[] = [
  Date.UTC(2026, 2, 28, 22, 45),
  Date.UTC(2026, 9, 24, 21, 45),
  Date.UTC(2026, 4, 31, 21, 30),
  Date.UTC(2026, 11, 30, 12),
]

export const zones = ['Europe/Rome', 'America/New_York', 'UTC'] as const

export const calendars: readonly Calendar[] = ['today', 'yesterday', 'this_week', 'this_month', 'last_month']

/** What may happen; few names, so that conditions find them. */
export const trackNames = ['Order Completed', 'Product Viewed', 'Signed In'] as const

export const eventNames = [...trackNames, 'page'] as const

/** Prices that binary fractions round, a refund, and a text that must never count as a number. */
export const prices: readonly Json[] = [0.1, 0.1, 0.2, 0.3, 0.7, 1, 9.99, 19.99, -0.3, -10, 1e-7, '5']

export const sums = [0.3, 0.4, 1, 10, 20] as const

export const skus = ['A', 'B', 'BA', 'C'] as const

export const coupons: readonly Json[] = ['SPRING', 'SUMMER', '', true, 5]

export const plans: readonly Json[] = ['free', 'pro', 'team', 5, '5']

export const campaigns = ['ads', 'mail', 'partner'] as const

export const purposes = ['analytics', 'marketing'] as const

export const salts = ['exp1', 'exp2'] as const
