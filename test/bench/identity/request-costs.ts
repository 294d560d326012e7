import type { Counts } from '../probe/counts.ts'

/** What the Visitor objects did for one request, on the average. */
export interface RequestCosts {
  /** calls of Visitor objects, by the collector and by one another; alarms are none */
  calls: number
  rows: number
  /** KB of text that was stored: mostly the state */
  storedKb: number
}

/** @param counted what happened while so many requests were made */
export const costsOf = ({ objects }: Pick<Counts, 'objects'>, requests: number): RequestCosts => {
  const { requests: all, alarmRuns, rowsWritten, alarmsSet, textStored } = objects.Visitor!
  return {
    calls: (all - alarmRuns) / requests,
    // An alarm that is set is a row on the bill.
    rows: (rowsWritten + alarmsSet) / requests,
    storedKb: textStored / 1_024 / requests,
  }
}
