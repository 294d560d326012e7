import type { Workspace } from '@spartito/workspace'
import { basic } from '../../support/keys.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { type Load, type LoadResult, startLoad } from '../load/start-load.ts'
import type { Row } from '../row.ts'
import { median, percentile, spread, sum } from '../statistics.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

/** Of the flooded source: a tenth of what SPEC WS gives, so that a slow machine too spends it and is measured while it refuses. */
const newVisitors = 60
/** As SPEC WS gives them. */
const visitorEvents = 2_000
const others = 100
const eventsInBatch = 20
/** 2,000 events a second by one visitor. */
const hotRequestsPerSecond = 100
/** Enough that slow answers hold neither back. */
const hotConnections = 32
const floodConnections = 16
/** Fifty times what SPEC WS lets begin; without a rate the flood would take what the machine has, and measure the machine. */
const floodRequestsPerSecond = 500
/** Three processes that load and one that is loaded share the cores: ratios of a p99 swing by this share. */
const tolerance = 0.3

const floodKey = 'wk_test_of_a_flood'

const workspace = (): Workspace => {
  const base = benchWorkspace()
  return {
    ...base,
    sources: [
      ...base.sources,
      {
        id: 'flooded',
        kind: 'browser',
        writeKey: floodKey,
        consent: { policy: 'opt-out' },
        budgets: { newVisitors },
      },
    ],
  }
}

interface Attacked {
  others: LoadResult
  hot: LoadResult
  flood: LoadResult
}

/** Bystanders at an everyday rate: what they feel is measured, not how many fit. */
const bystanders = (collector: string) =>
  batchJob(collector, 'other', {
    connections: 8,
    visitors: { prefix: 'other', count: others },
    requestsPerSecond: 100,
  })

const attack = async (collector: string, loads: readonly Load[], turn: number, seconds: number): Promise<Attacked> => {
  const [first, second, third] = loads as [Load, Load, Load]
  const limits = { seconds, maxRequests: 1e9 }
  const hotJob = batchJob(collector, 'hot', {
    connections: hotConnections,
    visitors: { prefix: 'hot', count: 1 },
    eventsPerRequest: eventsInBatch,
    requestsPerSecond: hotRequestsPerSecond,
  })
  const floodJob = batchJob(collector, `flood-${turn}-`, {
    headers: { authorization: basic(floodKey) },
    connections: floodConnections,
    visitors: { prefix: `flood-${turn}-`, count: 1e9 },
    requestsPerSecond: floodRequestsPerSecond,
  })
  const [its, hot, flood] = await Promise.all([
    first.run({ ...bystanders(collector), ...limits }),
    second.run({ ...hotJob, ...limits }),
    third.run({ ...floodJob, ...limits }),
  ])
  return { others: its, hot, flood }
}

const p99 = ({ latenciesMs }: LoadResult): number => percentile(latenciesMs, 0.99)
const p50 = ({ latenciesMs }: LoadResult): number => percentile(latenciesMs, 0.5)

const rowsOf = (alone: readonly LoadResult[], attacked: readonly Attacked[], minutes: number): Row[] => {
  const under = attacked.map((one) => one.others)
  const ratios = under.map((one, turn) => p99(one) / p99(alone[turn]!))
  const all = (of: (one: Attacked) => number): number => sum(attacked.map(of))
  const begun = all(({ flood }) => flood.requests - flood.errors)
  const taken = all(({ hot }) => hot.requests - hot.errors) * eventsInBatch
  const rate = (of: 'hot' | 'flood') => all((one) => one[of].requests) / all((one) => one[of].seconds)
  const failed = all(({ hot, flood }) => hot.errors - hot.limited + flood.errors - flood.limited)
  const counted = (limit: number) => ({ kind: 'at most', limit, tolerance: 0 }) as const
  return [
    {
      what: 'p99 of others under attack, against without',
      value: median(under.map(p99)),
      spread: spread(under.map(p99)),
      unit: 'ms',
      peer: { what: 'without', value: median(alone.map(p99)) },
      ratio: median(ratios),
      ratioSpread: spread(ratios),
      budget: { kind: 'at most', limit: 5, tolerance },
      note: `${others} visitors, 100 requests a second; one more sends ${Math.round(rate('hot') * eventsInBatch)} events a second, and a key ${Math.round(rate('flood'))} new ids a second`,
    },
    {
      what: 'p50 of others under attack, against without',
      value: median(under.map(p50)),
      unit: 'ms',
      peer: { what: 'without', value: median(alone.map(p50)) },
      ratio: median(under.map((one, turn) => p50(one) / p50(alone[turn]!))),
    },
    {
      what: 'refusals of others',
      value: sum([...alone, ...under].map(({ errors }) => errors)),
      unit: 'count',
      budget: counted(0),
    },
    {
      what: 'new visitors that the flood has made',
      value: begun,
      unit: 'count',
      budget: counted(newVisitors * Math.ceil(minutes)),
      note: `of ${all(({ flood }) => flood.requests)} ids, in ${minutes.toFixed(1)} minutes`,
    },
    {
      what: 'events taken of the one visitor',
      value: taken,
      unit: 'count',
      // A minute's worth at once, what is refilled, and batches that came together, of which one may be owed.
      budget: counted(Math.ceil(visitorEvents * (1 + minutes)) + eventsInBatch * hotConnections),
      note: `of ${all(({ hot }) => hot.requests) * eventsInBatch}`,
    },
    { what: 'answers to the attack that are neither 200 nor 429', value: failed, unit: 'count', budget: counted(0) },
  ]
}

/** What others feel while one visitor sends far too much and one key makes up visitors (RELIABILITY R20, R21). */
export const measureDefence = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('defence')
  const { collector, runtime, admin } = await startSpartito({
    folder: folder.path,
    mode: 'deployed',
    vars: { BUDGET_FACTOR: '1' },
  })
  const loads = [startLoad(), startLoad(), startLoad()]
  try {
    await admin.publish(workspace())
    const seconds = short ? 3 : 8
    const turns = short ? 1 : 3
    await loads[0]!.run({ ...bystanders(collector), seconds: 10, maxRequests: others * 2 })
    const alone: LoadResult[] = []
    const attacked: Attacked[] = []
    let begunAt: number | undefined
    for (let turn = 1; turn <= turns; turn++) {
      log(`round ${turn}: others alone, then under attack`)
      alone.push(await loads[0]!.run({ ...bystanders(collector), seconds, maxRequests: 1e9 }))
      begunAt ??= Date.now()
      attacked.push(await attack(collector, loads, turn, seconds))
    }
    return rowsOf(alone, attacked, (Date.now() - begunAt!) / 60_000)
  } finally {
    for (const load of loads) await load.stop()
    await runtime.stop()
    await folder.remove()
  }
}
