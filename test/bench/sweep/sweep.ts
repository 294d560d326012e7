import { setTimeout as wait } from 'node:timers/promises'
import type { Workspace } from '@spartito/workspace'
import { localVars } from '../../../packages/cli/src/dev/runtime.ts'
import { type Deployment, deploy, type SweepStats, serverKey, until } from '../../sweep/deployment.ts'
import type { Area, BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import type { Counts } from '../probe/counts.ts'
import { untilStill } from '../probe/until-still.ts'
import { writeProbes } from '../probe/write-probes.ts'
import type { Row } from '../row.ts'
import { makeProfiles } from './make-profiles.ts'

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

interface Swept {
  seconds: number
  sweep: SweepStats
  /** what the collector's objects did for it */
  counts: Counts
}

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
  if (done.visited !== visited || done.failed > 0)
    throw new Error(`${visited} were to be visited: ${JSON.stringify(done)}`)
  await untilStill(() => countsOf(live), 2_000)
  return { seconds, sweep: done, counts: difference(await countsOf(live), before) }
}

/** Rows that a class of objects wrote, its alarms included, for each visit. */
const rowsAVisit = ({ counts, sweep }: Swept, objects: string): number => {
  const { rowsWritten, alarmsSet } = counts.objects[objects]!
  return (rowsWritten + alarmsSet) / sweep.visited
}

const paceOf = ({ SWEEP_PAGE, ROSTER_SHARDS, SWEEP_DELAY_MS }: typeof localVars): number =>
  (Number(SWEEP_PAGE) * Number(ROSTER_SHARDS) * 1_000) / Number(SWEEP_DELAY_MS)

const rowsOf = (all: Swept, members: Swept): Row[] => {
  const count = (swept: Swept): string => swept.sweep.visited.toLocaleString('en')
  const [everybody, its] = [
    `a new audience over ${count(all)} profiles`,
    `a deleted audience of ${count(members)} members`,
  ]
  const visitsASecond = ({ sweep, seconds }: Swept): number => sweep.visited / seconds
  const pace = paceOf(localVars)
  const { SWEEP_PAGE, ROSTER_SHARDS, SWEEP_DELAY_MS } = localVars
  return [
    {
      what: `${everybody}, visits a second`,
      value: visitsASecond(all),
      unit: 'visits/s',
      peer: { what: 'at the pace that is set', value: pace },
      ratio: visitsASecond(all) / pace,
      note: `locally ${ROSTER_SHARDS} shards send ${SWEEP_PAGE} visits each and wait ${SWEEP_DELAY_MS} ms; the time begins with the publication, and so holds the second in which isolates learn of it`,
    },
    { what: `${everybody}, from its publication to its end`, value: all.seconds, unit: 's' },
    {
      what: `${everybody}, rows written by a visitor that nothing changes for`,
      value: rowsAVisit(all, 'Visitor'),
      unit: 'rows',
      budget: { kind: 'at most', limit: 0, tolerance: 0 },
      note: `${all.sweep.changed} changes; alarms count as rows`,
    },
    {
      what: `${everybody}, rows written by the roster's shards a visit`,
      value: rowsAVisit(all, 'RosterShard'),
      unit: 'rows',
      note: `the cursor and the alarm of a page, for ${SWEEP_PAGE} visits; alarms count as rows`,
    },
    { what: `${its}, visits a second`, value: visitsASecond(members), unit: 'visits/s' },
    {
      what: `${its}, rows written by visitor and roster for a change`,
      value: rowsAVisit(members, 'Visitor') + rowsAVisit(members, 'RosterShard'),
      unit: 'rows',
      note: `${members.sweep.changed} changes in ${members.seconds.toFixed(1)} s; alarms count as rows`,
    },
  ]
}

/** How a new version reaches profiles that send nothing (AU5). */
export const sweep: Area = {
  name: 'sweep',
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
      return rowsOf(all, await sweepTo(live, [refunded], Math.ceil(profiles / 10)))
    } finally {
      await live.remove()
    }
  },
}
