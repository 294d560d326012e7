/**
 * Sweeps profiles on this machine: `node test/sweep/bench.ts [profiles] [profiles made a second]`.
 * A tenth of them enter a new audience though they send nothing; then that is deleted, and its members alone are visited.
 * Rates are bounded on purpose: one process has all objects, and each that was touched holds 3 file descriptors for 10 s.
 */
import { cpus, loadavg } from 'node:os'
import type { Workspace } from '@spartito/workspace'
import { localVars } from '../../packages/cli/src/dev/runtime.ts'
import { type Deployment, deploy, type SweepStats, serverKey, until } from './deployment.ts'

const profiles = Number(process.argv[2] ?? 20_000)
const madeASecond = Number(process.argv[3] ?? 150)
const batch = 50

type Audiences = NonNullable<Workspace['audiences']>
const tenth: Audiences = [{ id: 'tenth', when: { event: 'Order Completed' } }]
const workspace = (audiences: Audiences): Workspace => ({
  sources: [{ id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } }],
  audiences,
})

const sizeOf = async (live: Deployment, audience: string): Promise<number> =>
  (await live.admin<{ id: string; size: number }[]>('/admin/audiences')).find(({ id }) => id === audience)?.size ?? 0

const make = async (live: Deployment): Promise<number> => {
  const startedAt = performance.now()
  for (let first = 0; first < profiles; first += batch) {
    const people = Array.from({ length: Math.min(batch, profiles - first) }, (_, i) => first + i)
    await live.collect(
      people.map((i) => ({
        type: 'track',
        event: i % 10 === 0 ? 'Order Completed' : 'Product Viewed',
        userId: `u${i}`,
        messageId: `m${i}`,
      })),
    )
    const due = startedAt + ((first + batch) / madeASecond) * 1000
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
  }
  return (performance.now() - startedAt) / 1000
}

interface Run {
  what: string
  seconds: number
  sweep: SweepStats
}

const sweep = async (live: Deployment, what: string, audiences: Audiences, size: number): Promise<Run> => {
  const startedAt = performance.now()
  const version = await live.publish(workspace(audiences))
  const done = await until(
    () => live.sweep(),
    (now) => now.version === version && now.isDone,
    600_000,
  )
  const seconds = (performance.now() - startedAt) / 1000
  await until(
    () => sizeOf(live, 'tenth'),
    (now) => now === size,
  )
  return { what, seconds, sweep: done }
}

/** Rows of one visit that changes an audience: state and outbox, the outbox's end, alarm; in the roster the member. */
const rowsAChange = 3 + 1
/** Rows of one page: the cursor twice (sent, reported), and the alarm twice (the delay, and the patience after it). */
const rowsAPage = 4

// The lake's confirmations would touch every new object once more; the sweep has nothing to do with them.
const live = await deploy({ CONFIRM_EVENTS: 'false' })
try {
  await live.publish(workspace([]))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  console.log(
    `${profiles} profiles, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}; ${JSON.stringify(localVars)}`,
  )
  console.log(`made in ${(await make(live)).toFixed(1)} s`)
  const runs = [
    await sweep(live, 'a new audience: everybody', tenth, Math.ceil(profiles / 10)),
    await sweep(live, 'the same deleted: its members', [], 0),
  ]
  for (const { what, seconds, sweep } of runs) {
    const pages = Math.ceil(sweep.visited / Number(localVars.SWEEP_PAGE))
    console.log(
      `${what}: visited ${sweep.visited}, changed ${sweep.changed}, failed ${sweep.failed}, ${seconds.toFixed(1)} s, ` +
        `${(sweep.visited / seconds).toFixed(0)} visits/s, about ${sweep.changed * rowsAChange + pages * rowsAPage} rows`,
    )
  }
} finally {
  await live.remove()
}
