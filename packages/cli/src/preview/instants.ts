import type { EpochMs } from '@spartito/protocol'

const dayMs = 86_400_000

export interface Instant {
  /** in UTC: `2026-01-31` */
  day: string
  at: EpochMs
}

/** The end of each of the last days (UTC), oldest first; of the last day the instant itself. @param days from 1 */
export const lastDays = (at: EpochMs, days: number): Instant[] => {
  const today = Math.floor(at / dayMs)
  return Array.from({ length: days }, (_, index) => {
    const day = today - (days - 1 - index)
    const end = Math.min(at, (day + 1) * dayMs - 1)
    return { day: new Date(end).toISOString().slice(0, 10), at: end }
  })
}
