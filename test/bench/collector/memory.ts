import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { startLoad } from '../load/start-load.ts'
import { readWorkerdMb } from '../process-memory.ts'
import type { Row } from '../row.ts'
import { batchJob } from './batch-job.ts'
import { benchWorkspace } from './bench-workspace.ts'

const visitors = 10_000
/** An object is in memory for ten seconds after its last request, with three files open: at most 1,500 may be at a time. */
const visitorsPerSecond = 145
const sampleMs = 1_000

/** Memory of the runtime over 10,000 visitors, each seen once: it has to be that of those who are there now, not of all. */
export const measureMemory = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('memory')
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  const load = startLoad()
  let sampling: ReturnType<typeof setInterval> | undefined
  try {
    await admin.publish(benchWorkspace())
    const count = short ? 1_450 : visitors
    const seconds = (count / visitorsPerSecond) * 1.3
    const before = await readWorkerdMb(runtime.pid)
    log(`${count} visitors, ${visitorsPerSecond} a second`)
    const samples: number[] = []
    sampling = setInterval(async () => samples.push(await readWorkerdMb(runtime.pid)), sampleMs)
    const job = batchJob(collector, 'memory', {
      connections: 32,
      visitors: { prefix: 'memory', count },
      requestsPerSecond: visitorsPerSecond,
    })
    const { requests, errors, seconds: took } = await load.run({ ...job, seconds, maxRequests: count })
    const after = await readWorkerdMb(runtime.pid)
    const half = samples.slice(0, Math.ceil(samples.length / 2))
    const peakOfHalf = Math.max(...half)
    const peak = Math.max(after, ...samples)
    const rows: Row[] = [
      {
        what: `memory of the runtime, the most over ${requests} visitors`,
        value: peak,
        unit: 'MB',
        peer: { what: 'before', value: before },
        budget: { kind: 'at most', limit: 800, tolerance: 0.1 },
        note: `of ${count} wanted, in ${took.toFixed(0)} s, ${Math.round(requests / took)} a second; ${errors} were refused`,
      },
      {
        what: 'the most of all visitors, against the most of the first half',
        value: peak,
        unit: 'MB',
        peer: { what: 'first half', value: peakOfHalf },
        ratio: peak / peakOfHalf,
        ...(short ? {} : { budget: { kind: 'at most', limit: 1.3, tolerance: 0.1 } as const }),
      },
    ]
    return rows
  } finally {
    clearInterval(sampling)
    await load.stop()
    await runtime.stop()
    await folder.remove()
  }
}
