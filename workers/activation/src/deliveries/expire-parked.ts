import { retained, statsShardOf } from '@spartito/engine'
import { keptMs } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { statsStub } from '../object-stubs.ts'
import { readWorkspace } from '../read-workspace.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { parkedKey } from './park-delivery.ts'

/** Bodies that one request of the bucket deletes. */
const atATime = 500
const lookAgainMs = 86_400_000

interface Ports {
  env: Env
  store: DeliveryStore
  name: string
  destination: string
}

const count = async ({ env, name }: Ports, now: number, deleted: number): Promise<void> => {
  try {
    await statsStub(env, statsShardOf(name)).addUnits(
      [{ id: `${name}!${now}`, tallies: [retained('parked', '', now, deleted)] }],
      now,
    )
  } catch (error) {
    console.error(JSON.stringify({ at: 'deliveries.expired', error: String(error) }))
  }
}

/**
 * Lets go of what was parked longer ago than the workspace keeps deliveries (SPEC RT): first the bodies, then the list, so that what is
 * listed can be replayed.
 *
 * @returns when to look again; undefined when nothing is parked, or is kept without end
 */
export const expireParked = async (ports: Ports, now: number): Promise<number | undefined> => {
  const { env, store, destination } = ports
  const its = keptMs((await readWorkspace(env, now)).retention.deliveries)
  // Nearly always: then nobody looks through what is parked.
  if (its === Number.POSITIVE_INFINITY) return undefined
  const oldest = store.oldestParked()
  if (oldest === undefined) return undefined
  let deleted = 0
  if (oldest + its <= now)
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page = store.parked(after, atATime)
      const due = page.filter(({ listed }) => listed.takenAt + its <= now)
      if (due.length > 0) await env.LAKE.delete(due.map(({ listed }) => parkedKey(destination, listed.id)))
      store.transaction(() => {
        for (const { id } of due) store.unpark(id)
      })
      deleted += due.length
      after = page.length < atATime ? undefined : page.at(-1)!.id
    }
  if (deleted > 0) await count(ports, now, deleted)
  const left = store.oldestParked()
  // A retention that is shortened is seen within a day.
  return left === undefined ? undefined : Math.min(left + its, now + lookAgainMs)
}
