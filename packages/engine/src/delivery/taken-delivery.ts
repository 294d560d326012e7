import type { AudienceChange, ConsentPolicy, EpochMs, Event } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import type { DestinationBreaker } from './destination-breaker.ts'
import type { Latencies } from './latencies.ts'

/** What an object of deliveries is handed, as JSON text. */
export interface TakenDelivery {
  delivery:
    | { kind: 'change'; id: string; profileId: string; change: AudienceChange }
    | { kind: 'event'; id: string; profileId: string; event: Event }
  /** the object that is asked for consent when it is delivered (SPEC DE6); empty when nobody has the profile */
  visitor: string
  /** the policy of the source, unless the visitor's object knows another by then */
  policy: ConsentPolicy
  /** the workspace's version that the destination was found in */
  version: number
}

/** Objects of a destination unless the deployment says otherwise; the number is fixed at the first deploy. */
export const deliveryShards = 64

/** The object of a destination that keeps a profile's deliveries, from 0. */
export const deliveryShardOf = (profileId: string, shards: number): number =>
  Number.parseInt(hash53(`delivery ${profileId}`).slice(-6), 36) % shards

export const deliveryObjectName = (destination: string, shard: number): string => `${destination}:${shard}`

export type SettledState = 'delivered' | 'parked' | 'skipped'

/** What became of a delivery: a row of the lake's `deliveries`. */
export interface DeliveryOutcome {
  at: EpochMs
  /** when the event was received or the change emitted */
  began_at: EpochMs
  id: string
  destination: string
  kind: 'change' | 'event'
  profile_id: string
  audience: string | null
  state: SettledState
  /** requests that were made for it */
  attempts: number
  status: number | null
  reason: string | null
  /** from when it was taken */
  latency_ms: number
}

/** What one object says of its deliveries (SPEC AD). */
export interface DeliverySummary {
  pending: number
  /** requests that are under way */
  sending: number
  parked: number
  /** counted since the object is there */
  delivered: number
  skipped: number
  /** of the skipped ones: a newer change of the same audience was delivered before */
  superseded: number
  oldestPendingAt: EpochMs | null
  latencies: Latencies
  breaker: DestinationBreaker
}

/** One of them, as the administration lists it. */
export interface ListedDelivery {
  id: string
  kind: 'change' | 'event'
  profileId: string
  audience: string | null
  state: 'pending' | SettledState
  takenAt: EpochMs
  attempts: number
  reason: string | null
  /** of a pending one: when it is tried next, unless others of its profile are before it */
  dueAt: EpochMs | null
}
