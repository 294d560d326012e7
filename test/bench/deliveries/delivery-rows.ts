import { billOf, formatBill } from '../collector/bill.ts'
import { type Counts, newCounts, newObjectCounts, type ObjectCounts } from '../probe/counts.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'

/** What was seen of deliveries of one kind of load. */
export interface Delivered {
  /** visitors, each of whom has one change */
  changes: number
  /** from the first request of the load to the answer of its last, without any destination */
  floorSeconds: number
  /** from the first request to the arrival of the last change */
  seconds: number
  /** from the answer to an event to the arrival of its change, in ms */
  delaysMs: readonly number[]
  activation: Counts
}

const zero = newObjectCounts()
const objectOf = (counts: Counts, name: string): ObjectCounts => counts.objects[name] ?? zero

/** What deliveries cost beyond the change that they are of, and how many there are in a second. */
export const rowsOf = (run: Delivered): Row[] => {
  const { changes, floorSeconds, seconds, delaysMs, activation } = run
  const deliveries = objectOf(activation, 'Deliveries')
  // Each entry asks its visitor's object for consent.
  const calls = deliveries.requests - deliveries.alarmRuns + changes
  const told = activation.messages.LAKE_ROWS?.messages ?? 0
  const added: Counts = {
    ...newCounts(),
    objects: { Deliveries: { ...deliveries, requests: deliveries.requests + changes } },
    messages: { LAKE_ROWS: activation.messages.LAKE_ROWS ?? { messages: 0, chunksOf64Kb: 0 } },
  }
  const bill = billOf(newCounts(), added, 0, changes)
  const [perSecond, floor] = [changes / seconds, changes / floorSeconds]
  return [
    {
      what: 'events that change an audience, until the webhook has each',
      value: perSecond,
      unit: 'events/s',
      peer: { what: 'answered, without a destination', value: floor },
      ratio: perSecond / floor,
      note: `${changes} new visitors, one event each; the webhook is a process beside them`,
    },
    {
      what: 'event answered to its change at the webhook under this load, p50',
      value: percentile([...delaysMs], 0.5),
      unit: 'ms',
    },
    {
      what: 'event answered to its change at the webhook under this load, p99',
      value: percentile([...delaysMs], 0.99),
      unit: 'ms',
    },
    {
      what: 'rows written a delivery',
      value: deliveries.rowsWritten / changes,
      unit: 'rows',
      budget: { kind: 'at most', limit: 2.2, tolerance: 0 },
      note: `and ${(deliveries.alarmsSet / changes).toFixed(3)} alarms`,
    },
    { what: 'object calls a delivery, its consent among them', value: calls / changes, unit: 'calls' },
    {
      what: 'dollars a million deliveries, beyond their changes',
      value: bill.dollars,
      unit: 'USD',
      note: `${told} messages to the lake, of changes and of outcomes; without the time in which an object waits for its endpoint; ${formatBill(bill)}`,
    },
  ]
}
