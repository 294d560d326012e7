import type { DeliverySummary, ListedDelivery, SettledState } from '@spartito/engine'

/** What the administration asks of the objects that activation defines. */
export interface DeliveriesRpc extends Rpc.DurableObjectBranded {
  summary(): DeliverySummary
  list(state: 'pending' | SettledState, after: string, limit: number): { items: ListedDelivery[]; next: string | null }
  replay(ask: { ids?: string[]; from?: number; to?: number; after: string; limit: number }): {
    replayed: number
    missing: string[]
    next: string | null
  }
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
