import type { Lanes } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { DeliveryStore } from './delivery-store.ts'
import { parkedKey } from './park-delivery.ts'
import type { Pending } from './pending.ts'

/** A profile whose person is erased, up to its newest change and an instant: what is later is somebody new. */
export interface ErasedProfile {
  profileId: string
  seq: number
  until: EpochMs
}

export interface Erased {
  counts: { withdrawn: number; forgotten: number; parked: number }
  /** removals that have not gone out, and requests that are under way */
  waiting: number
}

interface Ports {
  store: DeliveryStore
  lanes: Lanes<Pending>
  bucket: R2Bucket
  destination: string
  /** their outcomes are told to nobody any more */
  silence(profileIds: readonly string[]): void
}

/**
 * Withdraws what waits of some profiles, but for exits, which have to go out, then forgets what was settled and what was parked (SPEC CO7).
 * Repeated it goes on: who asks does so until nothing waits.
 */
export const eraseProfiles = async (all: readonly ErasedProfile[], ports: Ports): Promise<Erased> => {
  const { store, lanes, bucket, destination, silence } = ports
  const byId = new Map(all.map((its) => [its.profileId, its]))
  silence([...byId.keys()])
  const isTheirs = ({ profileId, kind, order }: Pick<Pending, 'profileId' | 'kind' | 'order'>): boolean => {
    const its = byId.get(profileId)
    return its !== undefined && order <= (kind === 'change' ? its.seq : its.until)
  }
  const counts = { withdrawn: 0, forgotten: 0, parked: 0 }
  let waiting = 0
  for (const one of [...lanes.all()].filter(isTheirs)) {
    const { delivery } = store.item(one)
    const isExit = delivery.kind === 'change' && delivery.change.type === 'audience.exited'
    if (isExit || lanes.isUnderWay(one)) {
      waiting++
      continue
    }
    store.remove(one)
    lanes.settle(one)
    counts.withdrawn++
  }
  for (const { profileId } of all)
    for (const { id, listed } of store.parkedOf(profileId)) {
      await bucket.delete(parkedKey(destination, listed.id))
      store.unpark(id)
      counts.parked++
    }
  for (const its of all) counts.forgotten += store.forgetProfile(its)
  return { counts, waiting }
}
