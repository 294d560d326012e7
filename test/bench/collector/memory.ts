import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { startFloors } from '../floors/start-floors.ts'
import { type LoadJob, startLoad } from '../load/start-load.ts'
import { readWorkerdMb } from '../process-memory.ts'
import type { Row } from '../row.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

/** Past some 15,000 nothing grows any more: what the allocator holds on to has been seen. */
const visitors = 24_000
/** An object is in memory for ten seconds after its last request, with three files open: at most 1,500 may be at a time. */
const visitorsPerSecond = 145
const sampleMs = 1_000

interface Grown {
  beforeMb: number
  /** the most within each third of the visitors */
  thirdsMb: [first: number, second: number, last: number]
  requests: number
  errors: number
  seconds: number
}

type Job = Omit<LoadJob, 'seconds' | 'maxRequests'>

/** Sends each visitor once, at an even pace, and looks at the runtime each second. */
const grow = async (parent: number, job: Job, count: number): Promise<Grown> => {
  const load = startLoad()
  const beforeMb = await readWorkerdMb(parent)
  const samples: number[] = []
  const sampling = setInterval(async () => samples.push(await readWorkerdMb(parent)), sampleMs)
  try {
    const seconds = (count / visitorsPerSecond) * 1.3
    const { requests, errors, seconds: took } = await load.run({ ...job, seconds, maxRequests: count })
    const third = Math.ceil(samples.length / 3)
    const most = (nth: number): number => Math.max(...samples.slice(nth * third, (nth + 1) * third))
    return { beforeMb, thirdsMb: [most(0), most(1), most(2)], requests, errors, seconds: took }
  } finally {
    clearInterval(sampling)
    await load.stop()
  }
}

const jobOf = (url: string, count: number): Job =>
  batchJob(url, 'memory', {
    connections: 32,
    visitors: { prefix: 'memory', count },
    requestsPerSecond: visitorsPerSecond,
  })

const mbOf = ({ beforeMb, thirdsMb }: Grown): string =>
  `${beforeMb.toFixed(0)} before, then ${thirdsMb.map((mb) => mb.toFixed(0)).join(', ')} MB`

const rowsOf = (ours: Grown, floor: Grown, short: boolean): Row[] => {
  const most = ({ thirdsMb }: Grown): number => Math.max(...thirdsMb)
  return [
    {
      what: `memory of the runtime, the most over ${ours.requests} visitors`,
      value: most(ours),
      unit: 'MB',
      peer: { what: 'floor, a row in an object', value: most(floor) },
      ratio: most(ours) / most(floor),
      note: `${Math.round(ours.requests / ours.seconds)} a second, by thirds ${mbOf(ours)}; the floor ${mbOf(floor)}; ${ours.errors} were refused`,
    },
    {
      what: 'the most of the last third of them, against the second',
      value: ours.thirdsMb[2],
      unit: 'MB',
      peer: { what: 'second third', value: ours.thirdsMb[1] },
      ratio: ours.thirdsMb[2] / ours.thirdsMb[1],
      ...(short ? {} : { budget: { kind: 'at most', limit: 1.1, tolerance: 0.05 } as const }),
    },
  ]
}

/**
 * Memory of the runtime while visitors come, each seen once: it has to be that of those who are there now, not of all; and beside it that
 * of the floor, whose object holds a row.
 */
export const measureMemory = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('memory')
  const count = short ? 1_450 : visitors
  try {
    const floors = await startFloors(folder.path)
    log(`${count} visitors of the floor, ${visitorsPerSecond} a second`)
    const floor = await grow(
      floors.runtime.pid,
      { ...jobOf('', count), url: floors.rowAndQueue, isVisitorInPath: true },
      count,
    ).finally(() => floors.runtime.stop())
    const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
    try {
      await admin.publish(benchWorkspace())
      log(`${count} visitors of the collector, ${visitorsPerSecond} a second`)
      return rowsOf(await grow(runtime.pid, jobOf(collector, count), count), floor, short)
    } finally {
      await runtime.stop()
    }
  } finally {
    await folder.remove()
  }
}
