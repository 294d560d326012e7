import { formatBill } from '../collector/bill.ts'
import type { Row } from '../row.ts'
import { ratioOf, valuesOf } from '../series.ts'
import { sum } from '../statistics.ts'
import {
  alarmsOf,
  billOfErasure,
  bucketRequestsOf,
  callsOf,
  type MeasuredErasure,
  rowsByObject,
  rowsOf,
  workSecondsOf,
} from './erasure-costs.ts'
import { checkRows, type SagaChecked } from './saga-checks.ts'

/** A wait that is set, and no work. */
export interface Wait {
  /** for what */
  what: string
  ms: number
  /** the same on the network */
  deployedMs: number
}

/** Of objects that several persons share: what SQLite let go of is written over, once for all who were erased within a delay. */
export interface Overwritten {
  /** by the classes of the objects, alarms included */
  rows: Record<string, number>
  delay: Wait
}

export interface Saga extends SagaChecked {
  waits: Wait[]
  overwritten: Overwritten
}

const count = (of: number): string => of.toLocaleString('en')

const list = (counts: Record<string, number> = {}): string =>
  Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${count(n)}`)
    .join(', ') || 'nothing'

/**
 * What the erasure of a whole person takes and costs (SPEC CO7), beside that of a person of one event on one device. Times are held by
 * ratios alone, with room for a machine that does other things: single rounds were 0.9 to 1.8 times, by the processor 1.1 to 1.9 times.
 */
export const sagaRows = (saga: Saga): Row[] => {
  const { person, others, waits, overwritten, large, small } = saga
  const last = large.at(-1)!
  const { filesRead: _read, filesRewritten: _rewritten, ...gone } = last.stores.lake ?? {}
  type Read = (erasure: MeasuredErasure) => number
  const beside = (what: string, unit: Row['unit'], read: Read): Row => ({
    what,
    ...valuesOf({ rounds: large }, read),
    unit,
    peer: { what: 'of one event', value: valuesOf({ rounds: small }, read).value },
  })
  const against = (what: string, unit: Row['unit'], read: Read): Row => ({
    ...beside(what, unit, read),
    ...ratioOf({ rounds: large }, { rounds: small }, read),
  })
  const step = (name: string): Row => {
    const its = ({ steps }: MeasuredErasure) => steps.find((one) => one.step === name)
    const attempts = its(last)?.attempts
    return {
      ...beside(`step ${name}`, 'ms', (erasure) => its(erasure)?.ms ?? Number.NaN),
      note: `${attempts === 1 ? 'once' : `${attempts} times`}; ${list(last.stores[name])}`,
    }
  }
  const processor: Row = {
    ...against("of the runtime's processor meanwhile", 's', ({ cpuSeconds }) => cpuSeconds),
    budget: { kind: 'at most', limit: 2.5, tolerance: 0.2 },
  }
  const set = waits.map(({ what, ms, deployedMs }) => {
    const onNetwork = deployedMs === ms ? '' : ` (${deployedMs / 1_000} s on the network)`
    return `${ms / 1_000} s for ${what}${onNetwork}`
  })
  const overwrittenRows = sum(Object.values(overwritten.rows))
  return [
    {
      ...against(
        `a person of ${count(person.events)} events and ${person.devices} devices erased, from the ask to the receipt`,
        's',
        ({ seconds }) => seconds,
      ),
      budget: { kind: 'at most', limit: 2, tolerance: 0.25 },
      note: `of that are set ${set.join(', ')}; ${count(others.events)} events of ${others.persons} others lie among theirs`,
    },
    {
      ...against('of it, while its conductor or the keeper of the lake was at work', 's', workSecondsOf),
      note: 'the rest is waits that are set, and pauses before a step is tried again',
    },
    ...(Number.isNaN(last.cpuSeconds) ? [] : [processor]),
    ...last.steps.map(({ step: name }) => step(name)),
    {
      ...against('rows that objects write, alarms included', 'rows', rowsOf),
      budget: { kind: 'at most', limit: 6, tolerance: 0 },
      note: `${list(rowsByObject(last))}; an object that is emptied as a whole (deleteAll) counts for what it writes after that`,
    },
    { ...against('calls of objects', 'calls', callsOf), note: `and ${count(alarmsOf(last))} alarms` },
    {
      ...against('requests of the bucket', 'calls', bucketRequestsOf),
      note: `${last.activation.r2Puts} stored, ${last.activation.r2Lists} listed, ${last.activation.r2Gets} read`,
    },
    {
      ...beside("rows of the lake's files written again", 'rows', ({ rewritten }) => rewritten.rows),
      note: `${last.rewritten.files} files; gone: ${list(gone)}. The one event goes first, out of files that hold all of the other's`,
    },
    {
      ...against('dollars of 1,000 such erasures', 'USD', (erasure) => billOfErasure(erasure).dollars / 1_000),
      note: `by list prices, in millionths of a dollar each: ${formatBill(billOfErasure(last))}`,
    },
    {
      what: 'rows that write over afterwards what files let go of that several persons share, for all who are erased meanwhile',
      value: overwrittenRows,
      unit: 'rows',
      note: `${list(overwritten.rows)}: ${(overwrittenRows / 1e6).toFixed(3)} dollars by list prices; once ${overwritten.delay.ms / 1_000} s after the last who is erased (${overwritten.delay.deployedMs / 1_000} s on the network)`,
    },
    ...checkRows(saga),
  ]
}
