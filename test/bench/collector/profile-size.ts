import { setTimeout as wait } from 'node:timers/promises'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { type Load, startLoad } from '../load/start-load.ts'
import type { Target } from '../measure-round.ts'
import type { Budget, Row } from '../row.ts'
import { measureSeries, type Read, ratioOf, type Series, valuesOf } from '../series.ts'
import { percentile } from '../statistics.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'
import { seedVisitor } from './seed-visitor.ts'

/** Profiles of one size. */
interface Sized {
  prefix: string
  events: number
  visitors: number
}

const smallEvents = 10
const small = (short: boolean): Sized => ({ prefix: 'small', events: smallEvents, visitors: short ? 50 : 200 })
/** The size that DESIGN 7 has a budget for; a short look takes one of them. */
const large = (short: boolean): Sized => ({ prefix: 'large', events: 10_000, visitors: short ? 1 : 3 })
/** Shows how it goes on; filling it takes too long for a short look. */
const huge: Sized = { prefix: 'huge', events: 100_000, visitors: 1 }
/** An object leaves memory after ten idle seconds. */
const evictedAfterMs = 13_000
const budget: Budget = { kind: 'at most', limit: 1.5, tolerance: 0.15 }
const shortRounds = { rounds: 1, seconds: 1 }
const wholeRounds = { rounds: 5, seconds: 2 }
/** Each waits until the objects have left memory, for which a short look has no time. */
const coldTimes = 3

const sizeText = ({ events }: Sized): string => events.toLocaleString('en')

const against = (over: Series, under: Series, read: Read, unit: 'ms' | 'µs') => ({
  ...valuesOf(over, read),
  unit,
  peer: { what: `with ${smallEvents} events`, value: valuesOf(under, read).value },
  ...ratioOf(over, under, read),
})

const warmRows = (sized: Sized, over: Series, under: Series, budget: Budget | undefined): Row[] => {
  const row = (what: string, read: Read, unit: 'ms' | 'µs'): Row => ({
    what: `one more event on a warm profile with ${sizeText(sized)} events, ${what}`,
    ...against(over, under, read, unit),
    ...(budget && { budget }),
  })
  const rows = [row('p50', ({ p50Ms }) => p50Ms, 'ms')]
  if (over.rounds.every(({ cpuUs }) => cpuUs !== undefined))
    rows.push(row('CPU', ({ cpuUs }) => cpuUs ?? Number.NaN, 'µs'))
  return rows
}

/** The first event after the object has left memory. */
const coldRows = async (load: Load, collector: string, larger: readonly Sized[], under: Sized): Promise<Row[]> => {
  const firstEvents = async ({ prefix, visitors }: Sized): Promise<number[]> => {
    const count = Math.min(visitors, 20)
    const job = batchJob(collector, prefix, { connections: 1, visitors: { prefix, count } })
    return (await load.run({ ...job, seconds: 20, maxRequests: count })).latenciesMs
  }
  const all = [...larger, under].map((sized) => ({ sized, latenciesMs: [] as number[] }))
  for (let time = 0; time < coldTimes; time++) {
    await wait(evictedAfterMs)
    for (const { sized, latenciesMs } of all) latenciesMs.push(...(await firstEvents(sized)))
  }
  const peer = percentile(all.at(-1)!.latenciesMs, 0.5)
  return all.slice(0, -1).map(({ sized, latenciesMs }) => {
    const value = percentile(latenciesMs, 0.5)
    return {
      what: `cold open of a profile with ${sizeText(sized)} events, p50`,
      value,
      unit: 'ms',
      peer: { what: `with ${smallEvents} events`, value: peer },
      ratio: value / peer,
    }
  })
}

/** What one more event costs a profile that has many, against one that has few (DESIGN 7). */
export const measureProfileSize = async (options: BenchOptions): Promise<Row[]> => {
  const { short, log } = options
  const folder = await makeTempFolder('profile-size')
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  const load = startLoad()
  try {
    await admin.publish(benchWorkspace())
    const larger = short ? [large(short)] : [huge, large(short)]
    const under = small(short)
    const targets: Target[] = []
    for (const sized of [...larger, under]) {
      const { prefix, events, visitors } = sized
      log(`${visitors} profiles with ${sizeText(sized)} events`)
      for (let n = 0; n < visitors; n++) await seedVisitor(collector, `${prefix}${n}`, events)
      targets.push({
        name: `profile with ${sizeText(sized)} events`,
        pid: runtime.pid,
        batchMs: 0,
        job: batchJob(collector, prefix, { connections: 1, visitors: { prefix, count: visitors } }),
      })
    }
    const series = await measureSeries(load, targets, { ...(short ? shortRounds : wholeRounds), log })
    const warm = larger.flatMap((sized, index) =>
      warmRows(sized, series[index]!, series.at(-1)!, sized === huge ? undefined : budget),
    )
    return short ? warm : [...warm, ...(await coldRows(load, collector, larger, under))]
  } finally {
    await load.stop()
    await runtime.stop()
    await folder.remove()
  }
}
