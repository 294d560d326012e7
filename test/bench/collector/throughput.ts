import { type Spartito, startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { type Floors, startFloors } from '../floors/start-floors.ts'
import { startLoad } from '../load/start-load.ts'
import type { Target } from '../measure-round.ts'
import type { Row } from '../row.ts'
import { measureSeries, type Read, ratioOf, type Series, valuesOf } from '../series.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

/** Two processes are timed in turns on a shared machine: their ratio still swings by this share of it. */
const tolerance = 0.15
const eventsInBatch = 20
const lakeBatchMs = 5_500

const targetsOf = (floors: Floors, deployed: Spartito, local: Spartito): Target[] => {
  const floor = (name: string, url: string, batchMs: number): Target => ({
    name,
    pid: floors.runtime.pid,
    batchMs,
    job: { ...batchJob('', 'v'), url, isVisitorInPath: true },
  })
  const collector = (name: string, { collector, runtime }: Spartito, prefix: string, eventsPerRequest = 1): Target => ({
    name,
    pid: runtime.pid,
    batchMs: lakeBatchMs,
    job: batchJob(collector, prefix, { eventsPerRequest }),
  })
  return [
    floor('floor: row and queue', floors.rowAndQueue, lakeBatchMs),
    floor('floor: row alone', floors.rowAlone, 0),
    collector('collector as deployed', deployed, 'single'),
    collector(`collector, batches of ${eventsInBatch}`, deployed, 'batch', eventsInBatch),
    collector('collector as locally', local, 'single'),
  ]
}

const rps: Read = ({ requestsPerSecond }) => requestsPerSecond
const cpu: Read = ({ cpuUs }) => cpuUs ?? Number.NaN
const workerd: Read = ({ workerdUs }) => workerdUs ?? Number.NaN
const written: Read = ({ writtenBytes }) => writtenBytes ?? Number.NaN
const p50: Read = ({ p50Ms }) => p50Ms
const p99: Read = ({ p99Ms }) => p99Ms

const latencyRow = (series: Series, what: string, read: Read): Row => ({
  what: `${what}: ${series.target.name}`,
  ...valuesOf(series, read),
  unit: 'ms',
})

const rowsOf = (all: readonly Series[]): Row[] => {
  const [floor, alone, deployed, batches, local] = all as [Series, Series, Series, Series, Series]
  const against = (series: Series, under: Series, peer: string, read: Read, unit: 'req/s' | 'µs' | 'bytes') => ({
    ...valuesOf(series, read),
    unit,
    peer: { what: peer, value: valuesOf(under, read).value },
    ...ratioOf(series, under, read),
  })
  const rows: Row[] = [
    {
      what: 'one event a request, against the floor',
      ...against(deployed, floor, 'row and queue', rps, 'req/s'),
      budget: { kind: 'at least', limit: 0.6, tolerance },
    },
    { what: 'one event a request, against a bare row', ...against(deployed, alone, 'row alone', rps, 'req/s') },
    {
      what: `events in batches of ${eventsInBatch}, against the floor's requests`,
      ...valuesOf(batches, (round) => rps(round) * eventsInBatch),
      unit: 'events/s',
      peer: { what: 'row and queue', value: valuesOf(floor, rps).value, unit: 'req/s' },
      ...((ratio) => ({
        ratio: ratio.ratio * eventsInBatch,
        ratioSpread: ratio.ratioSpread.map((value) => value * eventsInBatch) as [number, number],
      }))(ratioOf(batches, floor, rps)),
      budget: { kind: 'at least', limit: 5, tolerance },
    },
    {
      what: 'one event a request, events confirmed as locally',
      ...against(local, floor, 'row and queue', rps, 'req/s'),
    },
  ]
  const isCpuKnown = all.every(({ rounds }) => rounds.every(({ cpuUs }) => cpuUs !== undefined))
  if (isCpuKnown)
    rows.push(
      {
        what: 'CPU a request, against the floor',
        ...against(deployed, floor, 'row and queue', cpu, 'µs'),
        budget: { kind: 'at most', limit: 1.6, tolerance },
      },
      { what: 'CPU of workerd alone, against the floor', ...against(deployed, floor, 'row and queue', workerd, 'µs') },
      { what: 'CPU a request, against a bare row', ...against(deployed, alone, 'row alone', cpu, 'µs') },
      {
        what: 'bytes written a request, to files and sockets',
        ...against(deployed, floor, 'row and queue', written, 'bytes'),
        // Not one of DESIGN's: five pages where one or two change were found by no other row.
        budget: { kind: 'at most', limit: 3, tolerance },
      },
      {
        what: 'CPU a request, events confirmed as locally',
        ...against(local, floor, 'row and queue', cpu, 'µs'),
      },
    )
  else rows.push({ what: 'CPU a request', value: Number.NaN, unit: 'µs', note: 'n/a: this machine has no /proc' })
  for (const series of all) rows.push(latencyRow(series, 'p50', p50), latencyRow(series, 'p99', p99))
  return rows
}

/** The collector's throughput and processor time against the floors, in the same run (DESIGN 7). */
export const measureThroughput = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folders = await Promise.all(['floors', 'deployed', 'local'].map(makeTempFolder))
  const [floorFolder, deployedFolder, localFolder] = folders.map(({ path }) => path) as [string, string, string]
  const stops: (() => Promise<void>)[] = []
  try {
    const floors = await startFloors(floorFolder)
    stops.push(floors.runtime.stop)
    const deployed = await startSpartito({ folder: deployedFolder, mode: 'deployed' })
    stops.push(deployed.runtime.stop)
    const local = await startSpartito({ folder: localFolder, mode: 'local' })
    stops.push(local.runtime.stop)
    for (const { admin } of [deployed, local]) await admin.publish(benchWorkspace())
    const load = startLoad()
    stops.push(load.stop)
    const rounds = short
      ? { rounds: 1, seconds: 3, warmUp: { requests: 8_000, seconds: 12 }, log }
      : { rounds: 7, seconds: 4, warmUp: { requests: 20_000, seconds: 40 }, log }
    return rowsOf(await measureSeries(load, targetsOf(floors, deployed, local), rounds))
  } finally {
    for (const stop of stops.reverse()) await stop()
    for (const folder of folders) await folder.remove()
  }
}
