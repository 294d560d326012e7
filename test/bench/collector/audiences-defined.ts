import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { startLoad } from '../load/start-load.ts'
import type { Target } from '../measure-round.ts'
import type { Row } from '../row.ts'
import { measureSeries, type Read, ratioOf, type Series, valuesOf } from '../series.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

type Audiences = NonNullable<Parameters<typeof benchWorkspace>[0]>

const touched = 10
const defined = 1_000
const tolerance = 0.15

/** Each `Product Viewed` touches these. */
const touchedAudiences: Audiences = Array.from({ length: touched }, (_, n) => ({
  id: `touched-${n}`,
  when: { event: 'Product Viewed', count: { gte: n + 1 }, within: `PT${30 + n}M` },
}))

/** It touches none of these: half count other events, half look at traits. */
const otherAudiences: Audiences = Array.from({ length: defined - touched }, (_, n) => ({
  id: `other-${n}`,
  expose: n % 10 === 0,
  when:
    n % 2 === 0
      ? { event: `Other Event ${n}`, count: { gte: 3 }, within: 'P7D' }
      : { trait: `trait${n}`, eq: 'some value' },
}))

/** What an event costs when many audiences are defined that it does not touch (DESIGN 7). */
export const measureAudiencesDefined = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const stops: (() => Promise<void>)[] = []
  const start = async (name: string, audiences: Audiences): Promise<Target> => {
    const folder = await makeTempFolder('audiences')
    stops.push(folder.remove)
    const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
    stops.push(runtime.stop)
    await admin.publish(benchWorkspace(audiences))
    return { name, pid: runtime.pid, batchMs: 0, job: batchJob(collector, 'audiences') }
  }
  const load = startLoad()
  stops.push(load.stop)
  try {
    const targets = [
      await start(`${defined} audiences`, [...touchedAudiences, ...otherAudiences]),
      await start(`${touched} audiences`, touchedAudiences),
    ]
    const rounds = short ? { rounds: 2, seconds: 2, log } : { rounds: 4, seconds: 3, log }
    const [over, under] = (await measureSeries(load, targets, rounds)) as [Series, Series]
    const row = (what: string, read: Read, unit: 'ms' | 'µs'): Row => ({
      what: `${what}, ${defined} audiences of which it touches ${touched}`,
      ...valuesOf(over, read),
      unit,
      peer: { what: `${touched} audiences`, value: valuesOf(under, read).value },
      ...ratioOf(over, under, read),
      budget: { kind: 'at most', limit: 1.5, tolerance },
    })
    const rows = [row('one event, p50', ({ p50Ms }) => p50Ms, 'ms')]
    if (over.rounds.every(({ cpuUs }) => cpuUs !== undefined))
      rows.push(row('one event, CPU', ({ cpuUs }) => cpuUs ?? Number.NaN, 'µs'))
    return rows
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
