import { closedBreaker, type DeliveryOutcome, type DestinationBreaker, noteLatency } from '@spartito/engine'
import type { Destination } from '@spartito/workspace'

/** What an object of deliveries keeps beside its rows, in one entry. */
export interface Meta {
  /** the object's: an alarm may not know it */
  name: string
  /** as it was when the workspace let go of it: it is told of exits once more (SPEC DE7) */
  departing?: Destination
  /** numbers what is settled, from 1; the lake knows of all up to this */
  told: number
  /** all before this slot is settled and told */
  openFrom: number
  /** counted since the object is there, up to `told` */
  delivered: number
  skipped: number
  superseded: number
  latencies: readonly number[]
  breaker: DestinationBreaker
}

export const newMeta: Meta = {
  name: '',
  told: 0,
  openFrom: 0,
  delivered: 0,
  skipped: 0,
  superseded: 0,
  latencies: [],
  breaker: closedBreaker,
}

export const supersededReason = 'a newer change of the same audience was delivered before it'

/** Counts one more that has ended; what is parked is counted where it lies. */
export const addOutcome = (meta: Meta, { state, reason, latency_ms: latencyMs }: DeliveryOutcome): Meta => {
  if (state === 'delivered')
    return { ...meta, delivered: meta.delivered + 1, latencies: noteLatency(meta.latencies, latencyMs) }
  if (state === 'parked') return meta
  const superseded = meta.superseded + Number(reason === supersededReason)
  return { ...meta, skipped: meta.skipped + 1, superseded }
}
