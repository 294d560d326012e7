import {
  folderOf,
  type HourlyKind,
  type LakeKind,
  type LakeStore,
  type Manifest,
  manifestKey,
  type UnnamedCount,
} from '@spartito/lake'
import type { RemovedRows } from '../removing/removed-rows.ts'

/** A folder that is to go, as it is kept until it has gone. */
interface Begun {
  kind: LakeKind
  hour: string
  counts: UnnamedCount[]
}

const begunKey = 'expire'

/** As rows are counted that went one by one: what was held is told by its last step. */
const countsOf = ({ kind, counts, distinct }: Manifest): UnnamedCount[] => {
  if (kind === 'quarantine')
    return counts.flatMap((its) => (its.state === 'held' || its.state === 'deleted' ? [{ ...its, state: 'held' }] : []))
  return kind === 'events' || kind === 'consents' ? counts : [{ rows: distinct }]
}

/**
 * Takes whole folders out of the lake, and counts their rows exactly once: what goes is written down first, so that what is cut off is gone
 * on with and not counted again.
 */
export const openHourExpiry = (
  storage: DurableObjectStorage,
  store: LakeStore,
  removed: RemovedRows,
  manifestOf: (kind: HourlyKind, hour: string) => Promise<Manifest>,
) => {
  const end = async (begun: Begun): Promise<void> => {
    const { kind, hour, counts } = begun
    const keys = (await store.list(folderOf(kind, hour))).map(({ key }) => key)
    if (keys.length > 0) await store.remove(keys)
    if (kind !== 'profiles') await store.remove([manifestKey(kind, hour)])
    storage.transactionSync(() => {
      if (kind !== 'profiles') removed.add(kind, hour, 'expired', counts)
      storage.kv.delete(begunKey)
    })
  }
  return {
    async settle(): Promise<void> {
      const begun = storage.kv.get<Begun>(begunKey)
      if (begun) await end(begun)
    },

    async expire(kind: LakeKind, hour: string): Promise<void> {
      const counts = kind === 'profiles' ? [] : countsOf(await manifestOf(kind, hour))
      const begun = { kind, hour, counts }
      storage.kv.put(begunKey, begun)
      await end(begun)
    },
  }
}
