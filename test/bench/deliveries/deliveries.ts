import { setTimeout as wait } from 'node:timers/promises'
import { keys } from '../../support/keys.ts'
import { receiverDestination } from '../../support/receiver-destination.ts'
import { startWebhookReceiver } from '../../support/webhook-receiver.ts'
import type { Area, BenchOptions } from '../area.ts'
import { benchWorkspace } from '../collector/bench-workspace.ts'
import { difference } from '../collector/bill.ts'
import { withCountedRun } from '../collector/counted-run.ts'
import { postBatch } from '../collector/post-batch.ts'
import { rowsOf } from './delivery-rows.ts'

const audiences = [{ id: 'buyers', when: { event: 'Order Completed' } }]
const clients = 8
/** Every isolate has the version that was published, and a sync of those that are there has begun and ended. */
const publishedMs = 4_000
const arriveWithinMs = 120_000

/** Many at once: each event of a new visitor is a change, which is delivered once. */
export const deliveries: Area = {
  name: 'deliveries',
  isLong: true,
  async measure({ short, log }: BenchOptions) {
    log('deliveries')
    const changes = short ? 200 : 2_000
    const receiver = await startWebhookReceiver({ secret: keys.webhook })
    try {
      return await withCountedRun(
        audiences,
        async ({ spartito, read, untilStill }) => {
          const load = async (
            prefix: string,
            name = 'Order Completed',
          ): Promise<{ seconds: number; answered: Map<string, number> }> => {
            const answered = new Map<string, number>()
            const waiting = Array.from({ length: changes }, (_, n) => `${prefix}${n}`).values()
            const startedAt = performance.now()
            const client = async (): Promise<void> => {
              for (const anonymousId of waiting) {
                await postBatch(spartito.collector, [{ messageId: anonymousId, name, at: Date.now(), anonymousId }])
                answered.set(anonymousId, Date.now())
              }
            }
            await Promise.all(Array.from({ length: clients }, client))
            return { seconds: (performance.now() - startedAt) / 1_000, answered }
          }
          // Of those that change nothing, so that what is measured first is as warm as what comes after.
          await load('warm', 'Cart Viewed')
          const floor = await load('floor')
          await untilStill(3_000)
          const destination = { ...receiverDestination(receiver.origin), purposes: ['analytics'] }
          await spartito.admin.publish(benchWorkspace(audiences, [destination]))
          await wait(publishedMs)
          // Those of the floor are told as members that are there already.
          for (const deadline = Date.now() + arriveWithinMs; receiver.arrivals.length < changes; await wait(100))
            if (Date.now() > deadline) throw new Error(`${receiver.arrivals.length} of ${changes} members were told`)
          await untilStill(3_000)
          const before = await read()
          const startedAt = Date.now()
          const { answered } = await load('buyer')
          const arrived = () => receiver.arrivals.filter(({ change }) => change.cause === 'event')
          for (const deadline = Date.now() + arriveWithinMs; arrived().length < changes; await wait(50))
            if (Date.now() > deadline) throw new Error(`${arrived().length} of ${changes} changes were delivered`)
          const all = arrived()
          await untilStill(6_000)
          const after = await read()
          return rowsOf({
            changes,
            floorSeconds: floor.seconds,
            seconds: (Math.max(...all.map(({ at }) => at)) - startedAt) / 1_000,
            delaysMs: all.map(({ at, change }) => at - answered.get(change.identifiers[0]!.value)!),
            activation: difference(after.activation, before.activation),
          })
        },
        { OUTCOMES_DELAY_MS: '5000', SYNC_DELAY_MS: '0' },
      )
    } finally {
      await receiver.stop()
    }
  },
}
