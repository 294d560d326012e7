import type { HourlyKind, Manifest } from '@spartito/lake'
import type { Budget } from './defence/budget-object.ts'
import type { DeliveriesRpc, DestinationSyncRpc } from './deliveries/rpc.ts'
import type { Erasures } from './erasure/erasures-object.ts'
import type { LakeErasureRpc } from './erasure/objects.ts'
import type { Live } from './live/live-object.ts'
import type { Quarantine } from './quarantine/quarantine-object.ts'
import type { RosterShard } from './roster/roster-shard.ts'
import type { RecentEvents } from './sampling/recent-events.ts'
import type { Stats } from './stats/stats-object.ts'
import type { Visitor } from './visitor/visitor-object.ts'
import type { WorkspaceObject } from './workspace/workspace-object.ts'

/** What the administration asks of the object that joins files of the lake, which activation defines. */
export interface LakeKeeperRpc extends LakeErasureRpc {
  compact(hours: { kind: HourlyKind; hour: string }[]): { left: number }
  manifests(hours: { kind: HourlyKind; hour: string }[]): Manifest[]
  expire(): { isDue: boolean }
}

/** How far the daily walk through the profiles has come. */
export interface WalkProgress {
  day: string
  profiles: number
  failed: number
  isDone: boolean
}

export interface ProfileWalkRpc extends Rpc.DurableObjectBranded {
  begin(day: string, isAgain?: boolean): WalkProgress
  progress(): WalkProgress | null
}

export interface Env {
  VISITOR: DurableObjectNamespace<Visitor>
  WORKSPACE: DurableObjectNamespace<WorkspaceObject>
  STATS: DurableObjectNamespace<Stats>
  ROSTER: DurableObjectNamespace<RosterShard>
  QUARANTINE: DurableObjectNamespace<Quarantine>
  RECENT: DurableObjectNamespace<RecentEvents>
  BUDGET: DurableObjectNamespace<Budget>
  LIVE: DurableObjectNamespace<Live>
  ERASURES: DurableObjectNamespace<Erasures>
  /** activation's; the administration asks them, and a new version has them begin */
  DELIVERIES: DurableObjectNamespace<DeliveriesRpc>
  SYNCS: DurableObjectNamespace<DestinationSyncRpc>
  /** event units as JSON texts */
  EVENTS: Queue<string>
  /** change messages as JSON texts */
  CHANGES: Queue<string>
  /** pages of the roster to visit, as JSON texts */
  SWEEP: Queue<string>
  /** rows of the lake that are no events, as JSON texts */
  LAKE_ROWS: Queue<string>
  LAKE: R2Bucket
  LAKE_KEEPER: DurableObjectNamespace<LakeKeeperRpc>
  PROFILE_WALK: DurableObjectNamespace<ProfileWalkRpc>
  CONFIG: KVNamespace
  JURISDICTION: string
  WORKSPACE_MAX_AGE_MS: string
  KV_PROPAGATION_MS: string
  CONFIRM_EVENTS: string
  ROSTER_SHARDS: string
  OVERWRITE_DELAY_MS: string
  DELIVERY_SHARDS: string
  SWEEP_PAGE: string
  SWEEP_DELAY_MS: string
  SWEEP_SHARDS: string
  BUDGET_FACTOR: string
  /** "true" on the owner's own machine alone */
  DEVELOPMENT: string
  /** signs visitor cookies: 32 bytes or more */
  VISITOR_SECRET?: string
  /** keys the hashes of erased persons, and signs receipts: 32 bytes or more */
  PRIVACY_SECRET?: string
  ADMIN_TOKEN?: string
  ADMIN_READ_TOKEN?: string
}
