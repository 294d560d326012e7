import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { inTurns, type Rounds } from '../in-turns.ts'

/** Something that is done again and again in this process. */
export interface StepTarget {
  name: string
  step(): void
}

export interface StepRound {
  /** processor time of one step, in µs: the mean, so that what is done once in many steps counts */
  us: number
  steps: number
}

export type StepSeries = Rounds<StepTarget, StepRound>

export interface StepOptions {
  rounds: number
  /** how long a round is */
  roundMs: number
}

export interface Clocks {
  wallMs(): number
  cpuUs(): number
}

/** Other work on the machine takes wall time from a step, and far less processor time. */
const clocks: Clocks = {
  wallMs: () => performance.now(),
  cpuUs: () => {
    const { user, system } = process.threadCpuUsage()
    return user + system
  },
}

/**
 * Does steps for so long, and at least one.
 *
 * @param forMs wall time; what a step takes is the processor time of this thread
 * @param its injected so that a test can say how long a step took
 */
export const timeSteps = (step: () => void, forMs: number, its: Clocks = clocks): StepRound => {
  const end = its.wallMs() + forMs
  const begin = its.cpuUs()
  let steps = 0
  do {
    step()
    steps++
  } while (its.wallMs() < end)
  return { us: (its.cpuUs() - begin) / steps, steps }
}

/** What one target leaves behind is collected before the next is timed; what it leaves behind in its own time counts. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

/** How long a target is warmed: the compiler has seen all that it does. */
const warmMs = 150

/** Times targets in turns, each of them warm. */
export const measureSteps = async (
  targets: readonly StepTarget[],
  { rounds, roundMs }: StepOptions,
): Promise<StepSeries[]> => {
  for (const { step } of targets) timeSteps(step, warmMs)
  return inTurns(targets, rounds, ({ step }) => {
    collectGarbage()
    return timeSteps(step, roundMs)
  })
}

/** What a step takes, in µs. */
export const us = ({ us }: StepRound): number => us
/** How many steps a second of the processor there are. */
export const perSecond = ({ us }: StepRound): number => 1e6 / us
