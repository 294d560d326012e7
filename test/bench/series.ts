import { inTurns, type Rounds } from './in-turns.ts'
import type { Load } from './load/start-load.ts'
import { measureRound, type Round, type Target } from './measure-round.ts'
import { median, spread } from './statistics.ts'

export type Series = Rounds<Target, Round>

/** Loads targets in turns. @throws Error when one answers with no 200 */
export const measureSeries = (
  load: Load,
  targets: readonly Target[],
  { rounds, seconds, log }: { rounds: number; seconds: number; log: (line: string) => void },
): Promise<Series[]> =>
  inTurns(targets, rounds, async (target, turn) => {
    const round = await measureRound(load, target, seconds)
    const cpu = round.cpuUs === undefined ? 'n/a' : `${round.cpuUs.toFixed(0)} µs`
    log(`round ${turn} of ${rounds}, ${target.name}: ${round.requestsPerSecond.toFixed(0)} req/s, CPU ${cpu}`)
    if (round.errors > 0) throw new Error(`${target.name} answered ${round.errors} requests with no 200`)
    return round
  })

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
