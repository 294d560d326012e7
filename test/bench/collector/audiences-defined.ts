import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { startLoad } from '../load/start-load.ts'
import { manyAudiences, touched } from '../many-audiences.ts'
import type { Target } from '../measure-round.ts'
import type { Row } from '../row.ts'
import { measureSeries, type Read, ratioOf, type Series, valuesOf } from '../series.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

const defined = 1_000
const tolerance = 0.15

/** What an event costs when many audiences are defined that it does not touch (DESIGN 7). */
export const measureAudiencesDefined = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const stops: (() => Promise<void>)[] = []
  const start = async (audiences: number): Promise<Target> => {
    const folder = await makeTempFolder('audiences')
    stops.push(folder.remove)
    const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
    stops.push(runtime.stop)
    await admin.publish(benchWorkspace(manyAudiences(audiences)))
    return { name: `${audiences} audiences`, pid: runtime.pid, batchMs: 0, job: batchJob(collector, 'audiences') }
  }
  const load = startLoad()
  stops.push(load.stop)
  try {
    const targets = [await start(defined), await start(touched)]
    const rounds = short ? { rounds: 1, seconds: 2, log } : { rounds: 4, seconds: 3, log }
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
