import { deliveryObjectName, deliveryShardOf } from '@spartito/engine'
import { within } from '../../jurisdiction.ts'
import { allDestinations } from '../all-destinations.ts'
import { addCounts, forEach, type RunStep } from './step.ts'

const [againMs, capMs] = [500, 60_000]

/** Withdraws what waits beside removals, and forgets what was settled; done when removals have gone out, or were given up on. */
export const deliveries: RunStep = async (run) => {
  const { env, erasure } = run
  const shards = Number(env.DELIVERY_SHARDS)
  const namespace = within(env.DELIVERIES, env.JURISDICTION)
  const all = run
    .person()
    .objects.map(({ profileId, counters: { seq } }) => ({ profileId, seq, until: erasure.until! }))
  const byShard = [...Map.groupBy(all, ({ profileId }) => deliveryShardOf(profileId, shards))]
  let counts = erasure.steps.deliveries?.counts ?? {}
  let waiting = 0
  const targets = (await allDestinations(env)).flatMap(({ destination: { id } }) =>
    byShard.map(([shard, its]) => ({ id, shard, its })),
  )
  await forEach(targets, async ({ id, shard, its }) => {
    const erased = await namespace.getByName(deliveryObjectName(id, shard)).erase(its)
    counts = addCounts(counts, erased.counts)
    waiting += erased.waiting
  })
  if (waiting === 0) return { isDone: true, counts }
  const attempts = erasure.steps.deliveries?.attempts ?? 0
  return {
    isDone: false,
    counts,
    waitsFor: `${waiting} removals that have not gone out yet`,
    againMs: Math.min(capMs, againMs * 2 ** Math.min(attempts, 10)),
  }
}

const giveUpAfter = 20

/** Asks the deletion API of each destination that has one. One that goes on failing is told in the receipt. */
export const destinations: RunStep = async (run) => {
  const { env, erasure } = run
  const { objects } = run.person()
  const person = {
    erasureId: erasure.id,
    at: erasure.until!,
    profileIds: objects.map(({ profileId }) => profileId),
    identifiers: objects.map(({ self: { type, value } }) => ({ type, value })),
  }
  const namespace = within(env.DELIVERIES, env.JURISDICTION)
  const known = new Map(erasure.destinations.map((one) => [one.destination, one]))
  let failed = 0
  const attempts = erasure.steps.destinations?.attempts ?? 0
  for (const { destination, isCurrent } of await allDestinations(env)) {
    const { id, type } = destination
    if (known.has(id)) continue
    if (!isCurrent) {
      known.set(id, { destination: id, type, deletion: 'not asked: it is in the workspace no more' })
      continue
    }
    const stub = namespace.getByName(deliveryObjectName(id, 0))
    const { state, reason } = await stub.deletePerson(JSON.stringify(destination), JSON.stringify(person))
    if (state === 'failed' && attempts < giveUpAfter) failed++
    else known.set(id, { destination: id, type, deletion: reason === undefined ? state : `${state}: ${reason}` })
  }
  const keep = { destinations: [...known.values()] }
  const counts = { asked: keep.destinations.filter(({ deletion }) => deletion === 'done').length }
  if (failed === 0) return { isDone: true, counts, keep }
  return {
    isDone: false,
    counts,
    keep,
    waitsFor: `${failed} destinations that did not take the deletion`,
    againMs: Math.min(3_600_000, 1_000 * 2 ** attempts),
  }
}
