import type { Counts } from '../probe/counts.ts'
import type { Row } from '../row.ts'
import { sum } from '../statistics.ts'

/** Alarms that a run set in 1,000 of its events, and that fired; each set is a row on the bill. */
export const alarmsRow = (what: string, { objects }: Counts, events: number): Row => {
  const sumOf = (read: (object: (typeof objects)[string]) => number): number =>
    (sum(Object.values(objects).map(read)) * 1_000) / events
  return {
    what: `alarms set in 1,000 events, ${what}`,
    value: sumOf(({ alarmsSet }) => alarmsSet),
    unit: 'count',
    note: `of all objects, counted over ${events} events; ${sumOf(({ alarmRuns }) => alarmRuns).toFixed(0)} fired in 1,000 events`,
  }
}
