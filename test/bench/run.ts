/**
 * `npm run bench [-- area…] [--only text] [--short] [--rows n] [--json]`: measures the budgets of DESIGN 7 and prints them as a table.
 * Fails when a budget is broken by more than its tolerance. A short run, as CI makes it, fails by what is counted alone:
 * what is timed in seconds on a shared machine is printed, and judged by the whole run.
 */
import { parseArgs } from 'node:util'
import type { Area } from './area.ts'
import { areas } from './areas.ts'
import { formatTable } from './format-table.ts'
import { machineLine, readMachine } from './machine.ts'
import { type Row, verdictOf } from './row.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rows: { type: 'string' },
  },
})

const unknown = positionals.filter((name) => !areas.some((area) => area.name === name))
if (unknown.length > 0) {
  console.error(`there is no area ${unknown.join(', ')}: choose from ${areas.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const isChosen = ({ name, isLong = false }: Area): boolean =>
  positionals.length === 0 ? !(values.short && isLong) : positionals.includes(name)
const chosen = areas.filter(isChosen)

const measured = []
for (const area of chosen) {
  const { short, only } = values
  const length = values.rows === undefined ? undefined : Number(values.rows)
  const rows = await area.measure({ short, only, rows: length, log: (line) => console.error(`${area.name}: ${line}`) })
  measured.push({ area: area.name, rows })
}
if (measured.every(({ rows }) => rows.length === 0)) {
  console.error(`no measurement is named like "${values.only}"`)
  process.exit(2)
}
const machine = await readMachine()
const rows = measured.flatMap((area) => area.rows)
const broken = rows.filter((row) => verdictOf(row) === 'BROKEN')

if (values.json) {
  const areasWithVerdicts = measured.map(({ area, rows }) => ({
    area,
    rows: rows.map((row) => ({ ...row, verdict: verdictOf(row) })),
  }))
  console.log(JSON.stringify({ machine, areas: areasWithVerdicts, broken: broken.map(({ what }) => what) }))
} else {
  for (const { area, rows } of measured) console.log(`\n${area}\n\n${formatTable(rows)}`)
  console.log(`\n${machineLine(machine)}`)
  for (const row of broken) console.log(`BROKEN: ${row.what}`)
}
const isCounted = ({ budget }: Row): boolean => budget?.tolerance === 0
process.exitCode = broken.some((row) => isCounted(row) || !values.short) ? 1 : 0
