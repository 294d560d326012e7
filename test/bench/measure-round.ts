import { setTimeout as wait } from 'node:timers/promises'
import type { Load, LoadJob } from './load/start-load.ts'
import { type Cpu, readCpu } from './process-cpu.ts'
import { percentile } from './statistics.ts'

/** What a round loads. */
export interface Target {
  name: string
  /** of the runtime's process */
  pid: number
  job: Omit<LoadJob, 'seconds' | 'maxRequests'>
  /** how long its consumers wait for a batch to fill, in ms: their work belongs to the round */
  batchMs: number
}

export interface Round {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  errors: number
  /** processor time of the whole process tree a request, in µs; undefined where there is no /proc */
  cpuUs: number | undefined
  /** of workerd alone */
  workerdUs: number | undefined
  /** bytes that workerd wrote a request, to files and sockets */
  writtenBytes: number | undefined
}

const pollMs = 250
const quietShare = 0.06
const quietWithinMs = 15_000

/** Waits until the consumers have done what the load left them: until the processor is nearly idle for half a second. */
const untilQuiet = async (pid: number, atLeastMs: number): Promise<Cpu | undefined> => {
  await wait(atLeastMs)
  let before = await readCpu(pid)
  let quiet = 0
  for (const deadline = Date.now() + quietWithinMs; before && quiet < 2 && Date.now() < deadline; ) {
    await wait(pollMs)
    const now = await readCpu(pid)
    quiet = now && now.total - before.total < (quietShare * pollMs) / 1_000 ? quiet + 1 : 0
    before = now
  }
  return before
}

const warmUpPasses = 2

export interface WarmUp {
  requests: number
  /** at most so many */
  seconds: number
}

/**
 * Loads a target before its first round until the engine has compiled what it runs often and the heaps have their size: in the first thousands
 * of requests one costs up to half as much again as later, and compiling is 3 % of one until some 20,000 were answered. A collector that
 * is deployed is hardly ever in them. Where the machine is virtual its own memory may be made as it is first used, 14 µs a page.
 */
export const warmUp = (load: Load, target: Target, { requests, seconds }: WarmUp): Promise<unknown> =>
  load.run({ ...target.job, seconds, maxRequests: requests })

/**
 * One round: every visitor warm, then the load for so many seconds. An object leaves memory after ten idle seconds, so
 * each round warms its visitors itself. Processor time is counted until the consumers are done as well.
 */
export const measureRound = async (load: Load, target: Target, seconds: number): Promise<Round> => {
  const maxRequests = target.job.visitors.count * warmUpPasses
  await load.run({ ...target.job, seconds: 20, maxRequests })
  const before = await untilQuiet(target.pid, 0)
  const { requests, errors, seconds: took, latenciesMs } = await load.run({ ...target.job, seconds, maxRequests: 1e6 })
  const after = await untilQuiet(target.pid, target.batchMs)
  const aRequest = (of: keyof Cpu): number | undefined =>
    before && after ? (after[of] - before[of]) / requests : undefined
  const aRequestUs = (of: 'total' | 'workerd'): number | undefined => {
    const seconds = aRequest(of)
    return seconds === undefined ? undefined : seconds * 1e6
  }
  return {
    requestsPerSecond: (requests - errors) / took,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    errors,
    cpuUs: aRequestUs('total'),
    workerdUs: aRequestUs('workerd'),
    writtenBytes: aRequest('writtenBytes'),
  }
}
