import type { DeliverySummary, ListedDelivery, SettledState } from '@spartito/engine'

/** What the administration asks of the objects that activation defines. */
export interface DeliveriesRpc extends Rpc.DurableObjectBranded {
  summary(): DeliverySummary
  list(state: 'pending' | SettledState, after: string, limit: number): { items: ListedDelivery[]; next: string | null }
  /** all that is known here of these profiles' deliveries, whatever became of them */
  ofProfiles(profileIds: string[]): ListedDelivery[]
  replay(ask: { ids?: string[]; from?: number; to?: number; after: string; limit: number }): {
    replayed: number
    missing: string[]
    next: string | null
  }
  tryOut(destination: string, audiences: string[]): Tried
  secrets(destination: string): FoundSecret[]
  /** withdraws what waits of these profiles beside removals, and forgets what was settled (CO7) */
  erase(profiles: ErasedProfile[]): { counts: Record<string, number>; waiting: number }
  /** asks the deletion API of a destination. @param destination as it is published, as JSON @param person an `ErasedPerson`, as JSON */
  deletePerson(destination: string, person: string): { state: 'done' | 'none' | 'failed' | 'refused'; reason?: string }
}

/** A profile whose person is erased, up to its newest change and an instant: what is later is somebody new. */
export interface ErasedProfile {
  profileId: string
  seq: number
  until: number
}

/** What one sample came to. */
export interface Tried {
  sent: string
  attempt: { outcome: string; status?: number; reason?: string }
  latencyMs: number
}

/** A setting that is a secret, by the name of its Worker secret; null for a value in the workspace. */
export interface FoundSecret {
  setting: string
  env: string | null
  isSet: boolean
  /** what is wrong with its value */
  fault: string | null
}

export interface DestinationSyncRpc extends Rpc.DurableObjectBranded {
  begin(step: string, key: string, version: number): number
  progress(): SyncProgress[]
}

/** A run of DE7 that is under way. */
export interface SyncProgress {
  run: number
  type: 'entered' | 'exited'
  audiences: string[]
  startedAt: number
  /** members that were handed over */
  taken: number
}
