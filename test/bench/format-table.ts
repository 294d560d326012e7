import { type Row, type Unit, verdictOf } from './row.ts'

const columns = ['what', 'value', 'floor or peer', 'ratio', 'budget', 'verdict'] as const

const digits = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
const number = (value: number): string => (Number.isNaN(value) ? 'n/a' : value.toFixed(digits(value)))
const withUnit = (value: number, unit: Unit): string => `${number(value)} ${unit}`
const range = (spread: Row['spread']): string => (spread ? ` (${number(spread[0])}–${number(spread[1])})` : '')

const budgetText = ({ budget, ratio, unit }: Row): string => {
  if (!budget) return ''
  const sign = budget.kind === 'at least' ? '≥' : '≤'
  return ratio === undefined ? `${sign} ${budget.limit} ${unit}` : `${sign} ${budget.limit} x`
}

const cells = (row: Row): string[] => [
  row.what,
  withUnit(row.value, row.unit) + range(row.spread),
  row.peer ? `${withUnit(row.peer.value, row.peer.unit ?? row.unit)} ${row.peer.what}` : '',
  row.ratio === undefined ? '' : `${number(row.ratio)}${range(row.ratioSpread)}`,
  budgetText(row),
  verdictOf(row),
]

/** The rows as a table for a terminal or a Markdown page; the notes below it. */
export const formatTable = (rows: readonly Row[]): string => {
  const lines = [[...columns], ...rows.map(cells)]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const print = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : [`${what}: ${note}`]))
  return [print(lines[0]!), rule, ...lines.slice(1).map(print), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}
