/**
 * `npm run faults [-- --kills 20 --events 5000 --seed n --keep]`: kill -9 of the whole runtime under load, then the oracle:
 * nothing acknowledged is lost, nothing is there twice, each change of audience was delivered. Fails with the evidence.
 */
import { parseArgs } from 'node:util'
import { type FaultsReport, runFaults } from './run-faults.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    events: { type: 'string', default: '5000' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

const readCount = (name: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  console.error(`--${name} takes a whole number, not "${text}"`)
  process.exit(2)
}

const shownViolations = 40

const lines = (report: FaultsReport): [string, number | string][] => [
  ['kills', report.kills],
  ['events made', report.made],
  ['events acknowledged', report.acknowledged],
  ['events stored', report.stored],
  ['requests repeated', report.retries],
  ['copies recognized', report.duplicates],
  ['profiles', report.profiles],
  ['audience changes, distinct', report.changes],
  ['audiences of devices predicted', report.predicted],
  ['deliveries', report.deliveries],
  ['deliveries repeated', report.repeatedDeliveries],
  ['deliveries answered 503', report.refusedDeliveries],
  ['changes behind a later one', report.outOfOrder],
  ['rows in the lake, files', `${report.lakeRows}, ${report.lakeFiles}`],
  ['seconds', report.seconds],
  ['seed', report.seed],
  ['violations', report.violations.length],
]

const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : readCount('seed', values.seed)
console.error(`seed ${seed}`)
const report = await runFaults({
  kills: readCount('kills', values.kills),
  events: readCount('events', values.events),
  seed,
  keep: values.keep,
  log: (line) => console.error(line),
})
for (const [what, value] of lines(report)) console.log(`${what.padEnd(32)} ${value}`)
for (const violation of report.violations.slice(0, shownViolations)) console.log(`VIOLATION: ${violation}`)
if (report.violations.length > shownViolations) console.log(`and ${report.violations.length - shownViolations} more`)
process.exitCode = report.violations.length > 0 ? 1 : 0
