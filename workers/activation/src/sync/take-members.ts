import { deliveryShardOf, type MemberView, type TakenDelivery } from '@spartito/engine'
import type { AudienceChange } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { deliveriesStub, visitorStub } from '../object-stubs.ts'
import type { SyncRun } from './destination-sync.ts'

/** Objects that are asked at a time. */
const concurrency = 5

/** The change that a member's entry, or its exit, would be; undefined for one that is none any more: then its exit was told. */
const changeOf = (
  { run, type, version, startedAt, destination }: SyncRun,
  audience: string,
  { since, policy: _policy, ...body }: MemberView,
): AudienceChange | undefined => {
  if (type === 'entered' && since === null) return undefined
  return {
    // Of the run: repeated it is a new delivery, resumed it is the same.
    id: `${body.profileId}:${audience}:sync:${destination.id}:${run}`,
    type: `audience.${type}`,
    audience,
    version,
    cause: 'sync',
    causeId: `sync ${run}`,
    effectiveAt: type === 'entered' ? since! : startedAt,
    emittedAt: startedAt,
    ...body,
  }
}

/**
 * Hands a page of members to the objects that deliver them, one call for each.
 *
 * @returns how many there were, and how many deliveries wait at the object that has most
 * @throws Error when a member or an object cannot be reached: the page is taken again
 */
export const takeMembers = async (
  env: Env,
  run: SyncRun,
  audience: string,
  members: readonly { profileId: string; visitor: string }[],
): Promise<{ taken: number; waiting: number }> => {
  const items: TakenDelivery[] = []
  const left = members.values()
  const ask = async (): Promise<void> => {
    for (const { visitor } of left) {
      const said = await visitorStub(env, visitor).member(audience)
      const view = said === null ? null : (JSON.parse(said) as MemberView | null)
      const change = view && changeOf(run, audience, view)
      if (!view || !change) continue
      const { id, profileId } = change
      const { version } = run
      items.push({ delivery: { kind: 'change', id, profileId, change }, visitor, policy: view.policy, version })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, ask))
  const shards = Number(env.DELIVERY_SHARDS)
  // One that is gone from the workspace has its settings from the run.
  const departing = run.type === 'exited' ? JSON.stringify(run.destination) : undefined
  const waiting = await Promise.all(
    [...Map.groupBy(items, ({ delivery }) => deliveryShardOf(delivery.profileId, shards))].map(([shard, its]) =>
      deliveriesStub(env, run.destination.id, shard).take(
        its.map((item) => JSON.stringify(item)),
        departing,
      ),
    ),
  )
  return { taken: items.length, waiting: Math.max(0, ...waiting) }
}
