import type { RosterRecord, SweepReport, Tally } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Deliveries } from './deliveries/deliveries.ts'
import type { DestinationSync } from './sync/destination-sync.ts'

/** What this Worker asks of the objects that the collector defines. */
export interface VisitorRpc extends Rpc.DurableObjectBranded {
  confirmChanges(keys: number[]): void
  bringUp(version: number): boolean
  consents(): string | null
  member(audience: string): string | null
  confirmEvents(receipts: { commit: number; part: number; parts: number }[]): void
}

export interface StatsRpc extends Rpc.DurableObjectBranded {
  addUnits(units: { id: string; tallies: Tally[] }[], now: EpochMs): void
}

export interface RosterRpc extends Rpc.DurableObjectBranded {
  apply(shard: number, records: RosterRecord[]): void
  report(report: SweepReport): void
  members(audience: string, after: string, limit: number): { profileId: string; visitor: string }[]
}

export interface Env {
  VISITOR: DurableObjectNamespace<VisitorRpc>
  STATS: DurableObjectNamespace<StatsRpc>
  ROSTER: DurableObjectNamespace<RosterRpc>
  DELIVERIES: DurableObjectNamespace<Deliveries>
  SYNCS: DurableObjectNamespace<DestinationSync>
  /** rows of the lake as JSON texts: `{kind, id, rows}` */
  LAKE_ROWS: Queue<string>
  CONFIG: KVNamespace
  LAKE: R2Bucket
  JURISDICTION: string
  WORKSPACE_MAX_AGE_MS: string
  CONFIRM_EVENTS: string
  ROSTER_SHARDS: string
  DELIVERY_SHARDS: string
  DELIVERY_TIMEOUT_MS: string
  /** "true" on the owner's own machine alone */
  DEVELOPMENT: string
  OUTCOMES_DELAY_MS: string
  SYNC_PAGE: string
  SYNC_DELAY_MS: string
}
