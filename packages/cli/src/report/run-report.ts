import { writeFile } from 'node:fs/promises'
import { type LakeFlags, openLake } from '../lake/open-lake.ts'
import { csvLine } from '../query/write-csv.ts'
import { escapeControls } from '../terminal/escape-controls.ts'
import { terminalWidth } from '../terminal/text-table.ts'
import { reportHtml } from './render/report-html.ts'
import { reportText } from './render/report-text.ts'
import { type ReadyReport, type Report, readPeriod } from './report.ts'

export interface ReportFlags extends LakeFlags {
  since?: string
  until?: string
  html?: string
  json: boolean
  csv: boolean
}

/** Of several tables the first is the report's; the others are other looks at it. */
const csvText = ({ sections }: Report): string => {
  const { columns, rows } = sections[0]!
  return csvLine(columns.map(({ name }) => name)) + rows.map(csvLine).join('')
}

/** Runs a report and prints it, or writes it as a page. @throws Error that says what to do */
export const runReport = async <Options>(
  report: ReadyReport<Options>,
  options: Options,
  flags: ReportFlags,
): Promise<void> => {
  if ([flags.html !== undefined, flags.json, flags.csv].filter(Boolean).length > 1)
    throw new Error('--html, --json and --csv are three forms: give one')
  const period = readPeriod(flags.since, flags.until, Date.now())
  const connection = await openLake(flags, { kinds: report.kinds, sinceOf: () => report.filesSince(period, options) })
  const made = await report.ask(connection, period, options)
  if (flags.html !== undefined) {
    // It may be about few people: for its owner alone, until that owner says otherwise.
    await writeFile(flags.html, reportHtml(made, period), { mode: 0o600 })
    console.error(`${flags.html} has the report`)
  } else if (flags.json) console.log(escapeControls(JSON.stringify({ ...made, period })))
  else if (flags.csv) process.stdout.write(csvText(made))
  else console.log(reportText(made, period, terminalWidth()))
}
