import type { StatsAnswer } from '../../support/administration.ts'

/** The statistics agree with the stores once the queues are drained (SPEC WI6). */
export const checkStats = ({ sources }: StatsAnswer, stored: number): string[] => {
  const violations: string[] = []
  let accepted = 0
  for (const one of sources) {
    const rejected = Object.values(one.rejected).reduce((sum, count) => sum + count, 0)
    const sum = one.accepted + one.duplicate + one.quarantined + one.suppressed + rejected
    if (one.received !== sum)
      violations.push(`${one.id} ${one.hour}: received ${one.received}, and its parts are ${sum}`)
    if (rejected > 0) violations.push(`${one.id} ${one.hour}: rejected ${JSON.stringify(one.rejected)}`)
    accepted += one.accepted
  }
  if (accepted !== stored) violations.push(`the statistics count ${accepted} accepted events, and ${stored} are stored`)
  return violations
}
