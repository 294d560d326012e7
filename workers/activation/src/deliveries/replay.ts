import type { EpochMs } from '@spartito/protocol'
import type { DeliveryStore } from './delivery-store.ts'
import { parkedKey, unparkedItem } from './park-delivery.ts'
import { keyOf, pendingOf, type Taken } from './pending.ts'

/** Which of the parked ones are tried again: those with these ids, or those that were taken in a time. */
export interface ReplayAsk {
  ids?: string[]
  from?: EpochMs
  to?: EpochMs
  /** the place after which to go on; empty for the beginning */
  after: string
  limit: number
}

export interface Replayed {
  replayed: number
  /** the bucket has them no more */
  missing: string[]
  /** where to go on; null when nothing is left */
  next: string | null
}

interface Ports {
  store: DeliveryStore
  bucket: R2Bucket
  destination: string
  accept(all: readonly Taken[]): void
}

const reads = 5

/** Reads what was parked from the bucket, and has it wait again in the transaction that forgets that it was parked. */
export const replayParked = async (
  { ids, from = 0, to = Number.MAX_SAFE_INTEGER, after, limit }: ReplayAsk,
  { store, bucket, destination, accept }: Ports,
): Promise<Replayed> => {
  const page = store.parked(after, limit + 1)
  const wanted = ids && new Set(ids)
  const chosen = page
    .slice(0, limit)
    .filter(({ listed: { id, takenAt } }) => (wanted ? wanted.has(id) : takenAt >= from && takenAt <= to))
  const missing: string[] = []
  let replayed = 0
  for (let first = 0; first < chosen.length; first += reads) {
    const some = chosen.slice(first, first + reads)
    const bodies = await Promise.all(
      some.map(async ({ listed }) => (await bucket.get(parkedKey(destination, listed.id)))?.text()),
    )
    const now = Date.now()
    const all = some.flatMap(({ id, slot, listed }, index): Taken[] => {
      const body = bodies[index]
      if (body === undefined) {
        missing.push(listed.id)
        return []
      }
      // Another call may have been quicker.
      if (!store.isParked(id)) return []
      const item = unparkedItem(body)
      return [{ item, pending: { ...pendingOf(item, now), id: keyOf(listed.kind, listed.id), slot } }]
    })
    accept(all)
    replayed += all.length
  }
  return { replayed, missing, next: page.length > limit ? page[limit - 1]!.id : null }
}
