import { deliveryShardOf } from '@spartito/engine'
import type { ExportedDelivery } from '@spartito/privacy'
import { deliveriesOf, deliveryShardCount } from '../deliveries/read-deliveries.ts'
import type { Env } from '../env.ts'

/** What was sent, waits or is parked of these profiles, at each destination: one call for each of its objects that has any of them. */
export const deliveriesOfPerson = async (
  env: Env,
  destinations: readonly string[],
  profileIds: readonly string[],
): Promise<ExportedDelivery[]> => {
  const byShard = [...Map.groupBy(profileIds, (id) => deliveryShardOf(id, deliveryShardCount(env)))]
  const asked = destinations.flatMap((destination) =>
    byShard.map(async ([shard, ids]) => {
      const found = await deliveriesOf(env, destination, shard).ofProfiles(ids)
      return found.map((one): ExportedDelivery => ({ destination, ...one }))
    }),
  )
  return (await Promise.all(asked)).flat()
}
