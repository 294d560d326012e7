import { openLake } from '../../lake/open-lake.ts'
import type { Value } from '../../query/column.ts'
import type { ReadyReport } from '../report.ts'

/** The period that the reports are asked about. */
const march = { since: '2026-03-01', until: '2026-03-31' }

/** The rows of each table of a report about March 2026. */
export const tables = async <Options>(
  report: ReadyReport<Options>,
  options: Options,
  lake: string,
): Promise<(readonly (readonly Value[])[])[]> => {
  const connection = await openLake(
    { lake, collector: '', tokenEnv: '' },
    { kinds: report.kinds, sinceOf: () => report.filesSince(march, options) },
  )
  return (await report.ask(connection, march, options)).sections.map(({ rows }) => rows)
}

/** A time in March 2026, UTC; at noon when left out. */
export const at = (day: number, time = '12:00:00'): string => `2026-03-${String(day).padStart(2, '0')}T${time}Z`
