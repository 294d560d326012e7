import { bars } from '../../terminal/bar.ts'
import { escapeControls } from '../../terminal/escape-controls.ts'
import { textTable } from '../../terminal/text-table.ts'
import type { Period, Report, Section } from '../report.ts'
import { formatValue } from './format-value.ts'

const barWidth = 24

const sectionText = ({ title, columns, rows, drawn }: Section, width: number): string => {
  if (rows.length === 0) return `${escapeControls(title)}\nnothing in this period`
  const drawings =
    drawn === undefined
      ? undefined
      : bars(
          rows.map((row) => Number(row[drawn])),
          barWidth,
        )
  const heads = columns.map(({ name, as }) => ({ name, isNumber: as !== 'text' }))
  const cells = rows.map((row, index) => [
    ...columns.map((column, place) => formatValue(row[place] ?? null, column)),
    ...(drawings ? [drawings[index]!] : []),
  ])
  return `${escapeControls(title)}\n${textTable(drawings ? [...heads, { name: '' }] : heads, cells, width)}`
}

/** A report for a terminal of so many characters. */
export const reportText = ({ title, sections, notes }: Report, { since, until }: Period, width: number): string =>
  [
    `${escapeControls(title)}, ${since} to ${until} (UTC)`,
    ...sections.map((section) => sectionText(section, width)),
    ...notes.map(escapeControls),
  ].join('\n\n')
