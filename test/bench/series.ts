import { inTurns, type Rounds } from './in-turns.ts'
import type { Load } from './load/start-load.ts'
import { measureRound, type Round, type Target, type WarmUp, warmUp } from './measure-round.ts'
import { median, spread } from './statistics.ts'

export type Series = Rounds<Target, Round>

/** How targets are loaded. */
interface Loading {
  rounds: number
  /** of each round */
  seconds: number
  /** what each target gets before the first round, and for how long at most; nothing when left out */
  warmUp?: WarmUp
  log: (line: string) => void
}

/** Loads targets in turns, all of them warm. @throws Error when one answers with no 200 */
export const measureSeries = async (
  load: Load,
  targets: readonly Target[],
  { rounds, seconds, log, warmUp: before }: Loading,
): Promise<Series[]> => {
  if (before) for (const target of targets) await warmUp(load, target, before)
  return inTurns(targets, rounds, async (target, turn) => {
    const round = await measureRound(load, target, seconds)
    const cpu = round.cpuUs === undefined ? 'n/a' : `${round.cpuUs.toFixed(0)} µs`
    log(`round ${turn} of ${rounds}, ${target.name}: ${round.requestsPerSecond.toFixed(0)} req/s, CPU ${cpu}`)
    if (round.errors > 0) throw new Error(`${target.name} answered ${round.errors} requests with no 200`)
    return round
  })
}

export type Read = (round: Round) => number

/** The median of the rounds, and their lowest and highest. */
export const valuesOf = <R>(
  { rounds }: { rounds: readonly R[] },
  read: (round: R) => number,
): { value: number; spread: [number, number] } => {
  const values = rounds.map(read)
  return { value: median(values), spread: spread(values) }
}

/** The median of the ratios within each turn. */
export const ratioOf = <R>(
  over: { rounds: readonly R[] },
  under: { rounds: readonly R[] },
  read: (round: R) => number,
): { ratio: number; ratioSpread: [low: number, high: number] } => {
  const ratios = over.rounds.map((round, turn) => read(round) / read(under.rounds[turn]!))
  return { ratio: median(ratios), ratioSpread: spread(ratios) }
}
