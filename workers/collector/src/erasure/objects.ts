import type { Asked, Erasure, ErasureAsk, LakeErasureAsk, LakeErasureState, Suppression } from './rpc.ts'

/** The one object `erasures` (binding ERASURES of the collector). */
export interface ErasuresRpc extends Rpc.DurableObjectBranded {
  ask(ask: ErasureAsk): Promise<Asked>
  /** @returns false once it has begun, and for an id that nobody knows */
  undo(id: string): Promise<boolean>
  read(id: string): Promise<Erasure | null>
  /** the newest first */
  list(cursor: string | null): Promise<{ erasures: Erasure[]; next: string | null }>
  suppressions(cursor: string | null): Promise<{ suppressions: Suppression[]; next: string | null }>
  /** what comes from now on begins a new profile; what was collected before stays refused. @returns whether there was one */
  lift(hash: string): Promise<boolean>
}

/** The part of `LakeKeeper` that takes a person out of the lake. */
export interface LakeErasureRpc extends Rpc.DurableObjectBranded {
  /** repeated with the same erasureId it changes nothing; it goes on by the alarm */
  startErasure(ask: LakeErasureAsk): void
  erasureState(erasureId: string): LakeErasureState | null
}
