import { setTimeout as wait } from 'node:timers/promises'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { type Load, startLoad } from '../load/start-load.ts'
import type { Target } from '../measure-round.ts'
import type { Row } from '../row.ts'
import { measureSeries, type Read, ratioOf, type Series, valuesOf } from '../series.ts'
import { percentile } from '../statistics.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'
import { postBatch } from './post-batch.ts'

const large = { prefix: 'large', events: 10_000 }
const small = { prefix: 'small', events: 10, visitors: 200 }
/** As many as stay below a request's 500 KB. */
const seedBatch = 400
/** An object leaves memory after ten idle seconds. */
const evictedAfterMs = 13_000
const tolerance = 0.15

const seed = async (collector: string, anonymousId: string, events: number): Promise<void> => {
  for (let from = 0; from < events; from += seedBatch) {
    const length = Math.min(seedBatch, events - from)
    const batch = Array.from({ length }, (_, index) => ({
      messageId: `${anonymousId}-seed-${from + index}`,
      name: 'Product Viewed',
      at: Date.now() - 60_000,
      anonymousId,
    }))
    await postBatch(collector, batch)
  }
}

const against = (over: Series, under: Series, read: Read, unit: 'ms' | 'µs') => ({
  ...valuesOf(over, read),
  unit,
  peer: { what: `with ${small.events} events`, value: valuesOf(under, read).value },
  ...ratioOf(over, under, read),
})

const warmRows = async (load: Load, targets: Target[], { short, log }: BenchOptions): Promise<Row[]> => {
  const rounds = short ? { rounds: 2, seconds: 1, log } : { rounds: 5, seconds: 2, log }
  const [over, under] = (await measureSeries(load, targets, rounds)) as [Series, Series]
  const budget = { kind: 'at most', limit: 1.5, tolerance } as const
  const rows: Row[] = [
    {
      what: 'one more event on a warm profile with 10,000 events, p50',
      ...against(over, under, ({ p50Ms }) => p50Ms, 'ms'),
      budget,
    },
  ]
  if (over.rounds.every(({ cpuUs }) => cpuUs !== undefined))
    rows.push({
      what: 'one more event on a warm profile with 10,000 events, CPU',
      ...against(over, under, ({ cpuUs }) => cpuUs ?? Number.NaN, 'µs'),
      budget,
    })
  return rows
}

/** The first event after the object has left memory. */
const coldRow = async (load: Load, collector: string, larges: number, times: number): Promise<Row> => {
  const firstEvents = async (prefix: string, count: number): Promise<number[]> => {
    const job = batchJob(collector, prefix, { connections: 1, visitors: { prefix, count } })
    return (await load.run({ ...job, seconds: 20, maxRequests: count })).latenciesMs
  }
  const latencies: Record<'large' | 'small', number[]> = { large: [], small: [] }
  for (let time = 0; time < times; time++) {
    await wait(evictedAfterMs)
    latencies.large.push(...(await firstEvents(large.prefix, larges)))
    latencies.small.push(...(await firstEvents(small.prefix, 20)))
  }
  const value = percentile(latencies.large, 0.5)
  const peer = percentile(latencies.small, 0.5)
  return {
    what: 'cold open of a profile with 10,000 events, p50',
    value,
    unit: 'ms',
    peer: { what: `with ${small.events} events`, value: peer },
    ratio: value / peer,
  }
}

/** What one more event costs a profile that has many, against one that has few (DESIGN 7). */
export const measureProfileSize = async (options: BenchOptions): Promise<Row[]> => {
  const { short, log } = options
  const folder = await makeTempFolder('profile-size')
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  const load = startLoad()
  try {
    await admin.publish(benchWorkspace())
    const larges = short ? 1 : 3
    log(`${larges} profiles with ${large.events} events, ${small.visitors} with ${small.events}`)
    for (let n = 0; n < larges; n++) await seed(collector, `${large.prefix}${n}`, large.events)
    for (let n = 0; n < small.visitors; n++) await seed(collector, `${small.prefix}${n}`, small.events)
    const target = (name: string, prefix: string, count: number): Target => ({
      name,
      pid: runtime.pid,
      batchMs: 0,
      job: batchJob(collector, prefix, { connections: 1, visitors: { prefix, count } }),
    })
    const targets = [
      target(`profile with ${large.events} events`, large.prefix, larges),
      target(`profile with ${small.events} events`, small.prefix, small.visitors),
    ]
    const warm = await warmRows(load, targets, options)
    return [...warm, await coldRow(load, collector, larges, short ? 1 : 3)]
  } finally {
    await load.stop()
    await runtime.stop()
    await folder.remove()
  }
}
