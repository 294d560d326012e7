import type { Load } from './load/start-load.ts'
import { measureRound, type Round, type Target } from './measure-round.ts'
import { median, spread } from './statistics.ts'

export interface Series {
  target: Target
  rounds: Round[]
}

/**
 * Measures targets in turns, A B C A B C …: what slows the machine for a while then slows all of them, and ratios are
 * taken within one turn.
 */
export const measureSeries = async (
  load: Load,
  targets: readonly Target[],
  { rounds, seconds, log }: { rounds: number; seconds: number; log: (line: string) => void },
): Promise<Series[]> => {
  const series: Series[] = targets.map((target) => ({ target, rounds: [] }))
  for (let turn = 1; turn <= rounds; turn++)
    for (const one of series) {
      const round = await measureRound(load, one.target, seconds)
      one.rounds.push(round)
      const cpu = round.cpuUs === undefined ? 'n/a' : `${round.cpuUs.toFixed(0)} µs`
      log(`round ${turn} of ${rounds}, ${one.target.name}: ${round.requestsPerSecond.toFixed(0)} req/s, CPU ${cpu}`)
      if (round.errors > 0) throw new Error(`${one.target.name} answered ${round.errors} requests with no 200`)
    }
  return series
}

export type Read = (round: Round) => number

export const valuesOf = ({ rounds }: Series, read: Read): { value: number; spread: [number, number] } => {
  const values = rounds.map(read)
  return { value: median(values), spread: spread(values) }
}

/** The median of the ratios within each turn. */
export const ratioOf = (
  over: Series,
  under: Series,
  read: Read,
): { ratio: number; ratioSpread: [low: number, high: number] } => {
  const ratios = over.rounds.map((round, turn) => read(round) / read(under.rounds[turn]!))
  return { ratio: median(ratios), ratioSpread: spread(ratios) }
}
