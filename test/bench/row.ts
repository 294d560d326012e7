/** What a number may be, and how far noise may carry it past that before the run fails. */
export interface Budget {
  kind: 'at least' | 'at most'
  limit: number
  /** a share of the limit: 0 where the number is counted, more where it is timed on a shared machine */
  tolerance: number
}

export type Unit =
  | 'req/s'
  | 'events/s'
  | 'visits/s'
  | 'rows/s'
  | 'µs'
  | 'ms'
  | 's'
  | 'rows'
  | 'calls'
  | 'bytes'
  | 'KB'
  | 'MB'
  | 'USD'
  | 'x'
  | 'count'

/** One line of the table. */
export interface Row {
  what: string
  value: number
  unit: Unit
  /** the lowest and the highest of the rounds */
  spread?: [low: number, high: number]
  /** what it is held against: a floor or a peer, in the same unit unless it names its own */
  peer?: { what: string; value: number; unit?: Unit }
  ratio?: number
  ratioSpread?: [low: number, high: number]
  /** on the ratio where there is one, else on the value */
  budget?: Budget
  /** how it came about, printed below the table */
  note?: string
}

export type Verdict = 'kept' | 'within noise' | 'BROKEN' | ''

export const verdictOf = ({ value, ratio, budget }: Row): Verdict => {
  if (!budget) return ''
  const { kind, limit, tolerance } = budget
  const measured = ratio ?? value
  const isWithin = (bound: number): boolean => (kind === 'at least' ? measured >= bound : measured <= bound)
  if (isWithin(limit)) return 'kept'
  // A measurement that did not come about is NaN, and breaks its budget.
  return isWithin(kind === 'at least' ? limit * (1 - tolerance) : limit * (1 + tolerance)) ? 'within noise' : 'BROKEN'
}
