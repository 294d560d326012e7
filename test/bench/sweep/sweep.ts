import { setTimeout as wait } from 'node:timers/promises'
import type { Workspace } from '@spartito/workspace'
import { localVars } from '../../../packages/cli/src/dev/runtime.ts'
import { type Deployment, deploy, serverKey, until } from '../../sweep/deployment.ts'
import type { Area, BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import type { Counts } from '../probe/counts.ts'
import { untilStill } from '../probe/until-still.ts'
import { writeProbes } from '../probe/write-probes.ts'
import { makeProfiles } from './make-profiles.ts'
import { rowsOf, type Swept } from './sweep-rows.ts'

type Audiences = NonNullable<Workspace['audiences']>

const buyers: Audiences[number] = { id: 'buyers', when: { event: 'Order Completed' } }
/** Nobody is in it. */
const refunded: Audiences[number] = { id: 'refunded', when: { event: 'Order Refunded' } }

const workspaceOf = (audiences: Audiences): Workspace => ({
  sources: [{ id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } }],
  audiences,
})

/** Every isolate has the version that was published. */
const publishedMs = 1_500
/** An alarm that was set for a row to be sent again fires after five seconds, and finds that it was confirmed. */
const alarmsHavePassedMs = 7_000
const sweptWithinMs = 600_000

const countsOf = async ({ origin }: Deployment): Promise<Counts> =>
  (await fetch(`${origin}/bench/counts`)).json() as Promise<Counts>

/** Publishes, waits for the sweep's end, and then for all that follows from its changes. */
const sweepTo = async (live: Deployment, audiences: Audiences, visited: number): Promise<Swept> => {
  const before = await countsOf(live)
  const startedAt = performance.now()
  const version = await live.publish(workspaceOf(audiences))
  const done = await until(
    () => live.sweep(),
    (now) => now.version === version && now.isDone,
    sweptWithinMs,
  )
  const seconds = (performance.now() - startedAt) / 1_000
  if (done.visited !== visited) throw new Error(`${visited} were to be visited: ${JSON.stringify(done)}`)
  await untilStill(() => countsOf(live), 2_000)
  return { seconds, sweep: done, counts: difference(await countsOf(live), before) }
}

/** How a new version reaches profiles that send nothing (AU5). */
export const sweep: Area = {
  name: 'sweep',
  isLong: true,
  async measure({ short, log }: BenchOptions) {
    const profiles = short ? 300 : 20_000
    // The lake's confirmations would touch every new object once more; the sweep has nothing to do with them.
    const live = await deploy({ CONFIRM_EVENTS: 'false' }, await writeProbes())
    try {
      await live.publish(workspaceOf([buyers]))
      await wait(publishedMs)
      log(`${profiles} profiles`)
      await makeProfiles(live, profiles)
      await untilStill(() => countsOf(live), alarmsHavePassedMs)
      log('a new audience')
      const all = await sweepTo(live, [buyers, refunded], profiles)
      log('a deleted audience')
      return rowsOf(all, await sweepTo(live, [refunded], Math.ceil(profiles / 10)), localVars)
    } finally {
      await live.remove()
    }
  },
}
