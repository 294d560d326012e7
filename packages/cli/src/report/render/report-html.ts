import type { Value } from '../../query/column.ts'
import { escapeControls } from '../../terminal/escape-controls.ts'
import type { Period, Report, ReportColumn, Section } from '../report.ts'
import { formatValue } from './format-value.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is text wherever in HTML it stands. */
const escapeHtml = (text: string): string => escapeControls(text).replaceAll(/[&<>"']/g, (char) => entities[char]!)

const style = `
:root{color-scheme:light dark;--ink:#1d2433;--quiet:#5a6478;--paper:#fff;--line:#d5dae3;--bar:#2f6fb2}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebf1;--quiet:#a5afc2;--paper:#14181f;--line:#343c4a;--bar:#6aa9e9}}
body{margin:0 auto;padding:2rem 1rem;max-width:70rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{color:var(--quiet);margin:.25rem 0;max-width:45rem}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;font-weight:400;overflow-wrap:anywhere}
thead th{color:var(--quiet);font-size:.85rem;white-space:nowrap}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th[scope=row]{min-width:6.5rem}.drawn{width:30%;min-width:6rem}svg{display:block;width:100%;height:.8rem}rect{fill:var(--bar)}
@media print{.table{overflow:visible}}
@media (forced-colors:active){rect{fill:CanvasText}}
`

/** A bar beside a number that says the same: nothing for a reader of screens. */
const svgBar = (share: number): string =>
  `<svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none"><rect width="${(share * 100).toFixed(2)}" height="8"/></svg>`

const cell = (value: Value, column: ReportColumn, isFirst: boolean): string => {
  const text = escapeHtml(formatValue(value, column))
  if (isFirst) return `<th scope="row">${text}</th>`
  return `<td${column.as === 'text' ? '' : ' class="number"'}>${text}</td>`
}

const sectionHtml = ({ title, columns, rows, drawn }: Section, index: number): string => {
  const heading = `<h2 id="s${index}">${escapeHtml(title)}</h2>`
  if (rows.length === 0) return `<section>${heading}<p>Nothing in this period.</p></section>`
  const most = drawn === undefined ? 0 : Math.max(0, ...rows.map((row) => Number(row[drawn])))
  const heads = columns.map(
    ({ name, as }) => `<th scope="col"${as === 'text' ? '' : ' class="number"'}>${escapeHtml(name)}</th>`,
  )
  // Its bars repeat a column: a head without text would be an empty one to a reader of screens.
  const drawnHead = drawn === undefined ? '' : '<td class="drawn"></td>'
  const lines = rows.map((row) => {
    const bar =
      drawn === undefined ? '' : `<td class="drawn">${svgBar(most === 0 ? 0 : Number(row[drawn]) / most)}</td>`
    return `<tr>${columns.map((column, place) => cell(row[place] ?? null, column, place === 0)).join('')}${bar}</tr>`
  })
  return `<section>${heading}
<div class="table" tabindex="0" role="region" aria-labelledby="s${index}"><table aria-labelledby="s${index}">
<thead><tr>${heads.join('')}${drawnHead}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table></div></section>`
}

/** A report as one page that needs nothing else: no script, no other host. */
export const reportHtml = ({ title, sections, notes }: Report, { since, until }: Period): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}, ${since} to ${until}</title>
<style>${style}</style>
<main>
<h1>${escapeHtml(title)}</h1>
<p><time datetime="${since}">${since}</time> to <time datetime="${until}">${until}</time> (UTC)</p>
${sections.map(sectionHtml).join('\n')}
<section><h2>Notes</h2>${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('')}</section>
</main>
</html>
`
