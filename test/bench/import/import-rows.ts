import type { ImportSummary } from '../../../packages/cli/src/import/import.ts'
import type { Row } from '../row.ts'

export interface MeasuredImport {
  persons: number
  /** how many profiles were compared with the file */
  sample: number
  /** of both starts, reading included */
  seconds: number
  /** of both starts, from the first batch that was sent */
  sendingSeconds: number
  /** the importer's, as the run went */
  memory: { share: number; rssMb: number }[]
  summary: ImportSummary
  /** rows of the file that are no events */
  bad: number
  /** events that the collector counted as accepted, when its queues were drained */
  counted: number
  /** profiles of the sample that show something else than the file tells */
  differences: number
  workerdSeconds: number
}

/** The most that was resident while the sending was within a share of its way. */
const highest = (memory: MeasuredImport['memory'], from: number, to: number): number =>
  Math.max(...memory.filter(({ share }) => share >= from && share <= to).map(({ rssMb }) => rssMb))

const none = { kind: 'at most', limit: 0, tolerance: 0 } as const

export const importRows = (measured: MeasuredImport): Row[] => {
  const { persons, sample, seconds, sendingSeconds, memory, summary, bad, counted, differences, workerdSeconds } =
    measured
  const { rows, accepted, duplicate, quarantined, rejected } = summary
  const what = `${rows.toLocaleString('en')} rows of ${persons.toLocaleString('en')} persons`
  const [early, middle, late] = [highest(memory, 0.001, 0.15), highest(memory, 0.4, 0.6), highest(memory, 0.85, 1)]
  return [
    { what: `${what}, rows a second while sending`, value: rows / sendingSeconds, unit: 'events/s' },
    { what: `${what}, from the first start to the end, reading and a kill included`, value: seconds, unit: 's' },
    {
      what: 'processor time of workerd for a row',
      value: (workerdSeconds / rows) * 1e6,
      unit: 'µs',
      note: 'collector and activation: the lake, its confirmations and the statistics too',
    },
    { what: 'memory of the importer, at 10 % of the rows', value: early, unit: 'MB' },
    { what: 'memory of the importer, at 50 %', value: middle, unit: 'MB', ratio: middle / early },
    {
      what: 'memory of the importer, at the end',
      value: late,
      unit: 'MB',
      ratio: late / early,
      budget: { kind: 'at most', limit: 1.5, tolerance: 0.3 },
      note: `resident, the highest within 10 % of that share; ${highest(memory, 0, 0).toFixed(0)} MB while the file was read`,
    },
    {
      what: 'rows of which nobody said what became of them',
      value: rows - accepted - duplicate - quarantined - rejected,
      unit: 'count',
      budget: none,
      note: `${accepted} accepted, ${duplicate} known already (on their way when the importer was killed), ${rejected} rejected of ${bad} bad ones`,
    },
    {
      what: 'events lost or doubled, by the statistics',
      value: Math.abs(rows - bad - counted),
      unit: 'count',
      budget: none,
    },
    { what: `profiles that differ from the file, of ${sample}`, value: differences, unit: 'count', budget: none },
  ]
}
