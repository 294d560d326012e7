import type { Row } from '../row.ts'
import { sum } from '../statistics.ts'
import type { MeasuredErasure } from './erasure-costs.ts'

/** What was there, and what is there afterwards. */
export interface SagaChecked {
  person: { events: number; devices: number; heldBack: number }
  /** those who stay */
  others: { persons: number; events: number }
  large: MeasuredErasure[]
  /** each of one event */
  small: MeasuredErasure[]
  afterwards: {
    /** identifiers of those who were erased that still have a profile */
    found: number
    /** rows of the lake in which they are named, or their profiles are, by kind */
    mentions: Record<string, number>
    /** different events that the lake has in all */
    events: number
    /** of those who stay: whose profile is another than before */
    changed: number
  }
}

/** An erasure that is quick and wrong is no result: whatever is counted here breaks the run (SPEC CO7, LA4). */
export const checkRows = ({ person, others, large, small, afterwards }: SagaChecked): Row[] => {
  const none = (what: string, value: number, note?: string): Row => ({
    what,
    value,
    unit: 'count',
    budget: { kind: 'at most', limit: 0, tolerance: 0 },
    ...(note !== undefined && { note }),
  })
  /** What the receipts count of a store beside what there was; what one does not count at all is no number. */
  const amiss = (step: string, ofLarge: number, ofSmall: number): number => {
    const off = (were: number) => (erasure: MeasuredErasure) =>
      Math.abs((erasure.stores[step]?.events ?? Number.NaN) - were)
    return sum([...large.map(off(ofLarge)), ...small.map(off(ofSmall))])
  }
  const { found, mentions, events, changed } = afterwards
  const named = Object.entries(mentions).map(([kind, rows]) => `${kind} ${rows}`)
  return [
    none('events by which the receipts are wrong about the lake', amiss('lake', person.events, 1)),
    none('events by which they are wrong about the profile', amiss('empty', person.events, 1)),
    none('events by which they are wrong about what was held back', amiss('quarantine', person.heldBack, 1)),
    none('identifiers of those erased that have a profile', found),
    none('rows of the lake that name those erased, or their profiles', sum(Object.values(mentions)), named.join(', ')),
    none('events of others that the lake lacks or has besides', Math.abs(others.events - events)),
    none('profiles of others that are not what they were', changed),
  ]
}
