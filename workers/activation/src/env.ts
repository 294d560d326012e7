import type { RosterRecord, SweepReport, Tally } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Deliveries } from './deliveries/deliveries.ts'
import type { LakeKeeper } from './lake/keeper-object.ts'
import type { ProfileWalk } from './lake/profile-walk.ts'
import type { DestinationSync } from './sync/destination-sync.ts'

/** What this Worker asks of the objects that the collector defines. */
export interface VisitorRpc extends Rpc.DurableObjectBranded {
  confirmChanges(keys: number[]): void
  bringUp(version: number): boolean
  /** JSON; null when there is no profile */
  view(question: { kind: 'profile' }): string | null
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
  profiles(after: string, limit: number): { profileId: string; visitor: string }[]
}

export interface QuarantineRpc extends Rpc.DurableObjectBranded {
  confirmRows(spans: { from: number; until: number }[]): void
}

export interface Env {
  VISITOR: DurableObjectNamespace<VisitorRpc>
  STATS: DurableObjectNamespace<StatsRpc>
  ROSTER: DurableObjectNamespace<RosterRpc>
  LAKE_KEEPER: DurableObjectNamespace<LakeKeeper>
  QUARANTINE: DurableObjectNamespace<QuarantineRpc>
  PROFILE_WALK: DurableObjectNamespace<ProfileWalk>
  DELIVERIES: DurableObjectNamespace<Deliveries>
  SYNCS: DurableObjectNamespace<DestinationSync>
  CONFIG: KVNamespace
  LAKE: R2Bucket
  /** rows of the lake that are no events: messages of `@spartito/lake` as JSON texts */
  LAKE_ROWS: Queue<string>
  JURISDICTION: string
  WORKSPACE_MAX_AGE_MS: string
  CONFIRM_EVENTS: string
  ROSTER_SHARDS: string
  OVERWRITE_DELAY_MS: string
  LAKE_JOIN_DELAY_MS: string
  PROFILES_DAILY: string
  PROFILES_PAGE: string
  PROFILES_DELAY_MS: string
  DELIVERY_SHARDS: string
  DELIVERY_TIMEOUT_MS: string
  /** "true" on the owner's own machine alone */
  DEVELOPMENT: string
  OUTCOMES_DELAY_MS: string
  SYNC_PAGE: string
  SYNC_DELAY_MS: string
}
