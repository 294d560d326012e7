import type { SweepStats } from '../../sweep/deployment.ts'
import type { Counts } from '../probe/counts.ts'
import type { Row } from '../row.ts'

/** One sweep, from the publication to its end. */
export interface Swept {
  seconds: number
  sweep: Pick<SweepStats, 'visited' | 'changed' | 'failed'>
  /** what the collector's objects did for it, and for all that followed from its changes */
  counts: Counts
}

/** The settings that pace a sweep, as the Workers have them. */
export interface Pace {
  SWEEP_PAGE: string
  ROSTER_SHARDS: string
  SWEEP_DELAY_MS: string
}

/** Rows that a class of objects wrote, its alarms included, for each visit. */
const rowsAVisit = ({ counts, sweep }: Swept, objects: string): number => {
  const { rowsWritten, alarmsSet } = counts.objects[objects]!
  return (rowsWritten + alarmsSet) / sweep.visited
}

/** How many visits a second the settings allow. */
const paceOf = ({ SWEEP_PAGE, ROSTER_SHARDS, SWEEP_DELAY_MS }: Pace): number =>
  (Number(SWEEP_PAGE) * Number(ROSTER_SHARDS) * 1_000) / Number(SWEEP_DELAY_MS)

/**
 * @param all the sweep of a new audience that nobody is in
 * @param members that of a deleted one, whose members leave it
 */
export const rowsOf = (all: Swept, members: Swept, vars: Pace): Row[] => {
  const count = (swept: Swept): string => swept.sweep.visited.toLocaleString('en')
  const [everybody, its] = [
    `a new audience over ${count(all)} profiles`,
    `a deleted audience of ${count(members)} members`,
  ]
  const visitsASecond = ({ sweep, seconds }: Swept): number => sweep.visited / seconds
  const pace = paceOf(vars)
  const { SWEEP_PAGE, ROSTER_SHARDS, SWEEP_DELAY_MS } = vars
  return [
    {
      what: `${everybody}, visits a second`,
      value: visitsASecond(all),
      unit: 'visits/s',
      peer: { what: 'at the pace that is set', value: pace },
      ratio: visitsASecond(all) / pace,
      note: `locally ${ROSTER_SHARDS} shards send ${SWEEP_PAGE} visits each and wait ${SWEEP_DELAY_MS} ms; the time begins with the publication, and so holds the second in which isolates learn of it`,
    },
    { what: `${everybody}, from its publication to its end`, value: all.seconds, unit: 's' },
    {
      what: 'visits of both that failed',
      value: all.sweep.failed + members.sweep.failed,
      unit: 'count',
      budget: { kind: 'at most', limit: 0, tolerance: 0 },
    },
    {
      what: `${everybody}, rows written by a visitor that nothing changes for`,
      value: rowsAVisit(all, 'Visitor'),
      unit: 'rows',
      budget: { kind: 'at most', limit: 0, tolerance: 0 },
      note: `${all.sweep.changed} changes; alarms count as rows`,
    },
    {
      what: `${everybody}, rows written by the roster's shards a visit`,
      value: rowsAVisit(all, 'RosterShard'),
      unit: 'rows',
      note: `the cursor and the alarm of a page, for ${SWEEP_PAGE} visits; alarms count as rows`,
    },
    { what: `${its}, visits a second`, value: visitsASecond(members), unit: 'visits/s' },
    {
      what: `${its}, rows written by visitor and roster for a change`,
      value: rowsAVisit(members, 'Visitor') + rowsAVisit(members, 'RosterShard'),
      unit: 'rows',
      note: `${members.sweep.changed} changes in ${members.seconds.toFixed(1)} s; alarms count as rows`,
    },
  ]
}
