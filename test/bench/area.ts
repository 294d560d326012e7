import type { Row } from './row.ts'

export interface BenchOptions {
  /** fewer and shorter rounds: a look, not a result */
  short: boolean
  /** measures those alone whose name contains this */
  only: string
  /** of an area whose input has a length: how many rows */
  rows?: number | undefined
  /** tells what is being measured */
  log: (line: string) => void
}

/** One part of the project that has budgets. A new one is one file, listed in `areas.ts`. */
export interface Area {
  name: string
  /** takes a minute even at its shortest: a short look that names no area leaves it out */
  isLong?: boolean
  measure(options: BenchOptions): Promise<Row[]>
}
