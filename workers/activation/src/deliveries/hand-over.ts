import { deliveryObjectName, deliveryShardOf, type TakenDelivery } from '@spartito/engine'
import type { Env } from '../env.ts'
import { deliveriesStub } from '../object-stubs.ts'

/** A delivery, and the destination that it is for. */
export interface ForDestination {
  destination: string
  item: TakenDelivery
}

/** An RPC takes 32 MB; what is handed over at a time is far less. */
const maxItems = 100

/**
 * Hands deliveries to the objects that keep them, one call for each object, side by side.
 *
 * @returns a function that waits until all of one profile's are stored; it throws when that failed, and then they are to be brought again
 */
export const handOver = (env: Env, all: readonly ForDestination[]): ((profileId: string) => Promise<void>) => {
  const shards = Number(env.DELIVERY_SHARDS)
  const calls = new Map<number, Promise<unknown>[]>()
  const shardOf = ({ item }: ForDestination): number => deliveryShardOf(item.delivery.profileId, shards)
  for (const its of Map.groupBy(all, (one) => deliveryObjectName(one.destination, shardOf(one))).values()) {
    const shard = shardOf(its[0]!)
    const { destination } = its[0]!
    for (let first = 0; first < its.length; first += maxItems) {
      const items = its.slice(first, first + maxItems).map(({ item }) => JSON.stringify(item))
      const call = deliveriesStub(env, destination, shard).take(items)
      // Whoever waits for it hears of a failure; nobody may.
      call.catch(() => undefined)
      calls.set(shard, [...(calls.get(shard) ?? []), call])
    }
  }
  return async (profileId) => {
    await Promise.all(calls.get(deliveryShardOf(profileId, shards)) ?? [])
  }
}
