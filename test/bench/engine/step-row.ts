import type { Budget, Row } from '../row.ts'
import { ratioOf, valuesOf } from '../series.ts'
import { type StepSeries, us } from './measure-steps.ts'

/** Both are timed in one process in turns: their ratio still swings by this share of it. */
export const tolerance = 0.15

/** DESIGN 7: what may cost half as much again. */
export const halfAsMuchAgain: Budget = { kind: 'at most', limit: 1.5, tolerance }

/** How long a step takes against that of a peer. */
export const stepRow = (what: string, over: StepSeries, under: StepSeries, budget?: Budget): Row => ({
  what,
  ...valuesOf(over, us),
  unit: 'µs',
  peer: { what: under.target.name, value: valuesOf(under, us).value },
  ...ratioOf(over, under, us),
  ...(budget && { budget }),
})
