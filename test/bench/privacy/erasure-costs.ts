import { type Bill, billOf } from '../collector/bill.ts'
import type { Counts, ObjectCounts } from '../probe/counts.ts'
import { sum } from '../statistics.ts'

/** One erasure of one person, from the ask to the end of all that followed from it. */
export interface MeasuredErasure {
  /** from the ask until it is done, by the collector's clock */
  seconds: number
  /** of the runtime's processor, in the same time; NaN where there is no /proc, and then it is not on the bill */
  cpuSeconds: number
  steps: { step: string; ms: number; attempts: number }[]
  /** of the receipt: what each step counted */
  stores: Record<string, Record<string, number>>
  /** of the lake: files that were stored again or went, and the rows that those hold which were */
  rewritten: { files: number; rows: number }
  collector: Counts
  activation: Counts
}

type Counted = Pick<MeasuredErasure, 'collector' | 'activation'>

export const objectsOf = ({ collector, activation }: Counted): [name: string, counts: ObjectCounts][] =>
  [collector, activation].flatMap(({ objects }) => Object.entries(objects))

/** By the names of their classes. */
export const rowsByObject = (erasure: Counted): Record<string, number> =>
  Object.fromEntries(objectsOf(erasure).map(([name, its]) => [name, its.rowsWritten + its.alarmsSet]))

export const rowsOf = (erasure: MeasuredErasure): number => sum(Object.values(rowsByObject(erasure)))

export const alarmsOf = (erasure: MeasuredErasure): number => sum(objectsOf(erasure).map(([, its]) => its.alarmRuns))

export const callsOf = (erasure: MeasuredErasure): number =>
  sum(objectsOf(erasure).map(([, { requests }]) => requests)) - alarmsOf(erasure)

export const bucketRequestsOf = ({ activation: { r2Puts, r2Lists, r2Gets } }: MeasuredErasure): number =>
  r2Puts + r2Lists + r2Gets

/** Who conducts it, the time of all that it calls included, and who rewrites the lake. */
const atWork = ['Erasures', 'LakeKeeper']

/** While one of them was under way: without what is only waited. */
export const workSecondsOf = (erasure: MeasuredErasure): number =>
  sum(objectsOf(erasure).map(([name, { activeMs }]) => (atWork.includes(name) ? activeMs : 0))) / 1_000

/** Its dollars are those of a million such erasures. */
export const billOfErasure = ({ collector, activation, cpuSeconds }: MeasuredErasure): Bill =>
  billOf(collector, activation, Number.isNaN(cpuSeconds) ? 0 : cpuSeconds * 1_000, 1)
