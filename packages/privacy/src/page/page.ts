import { type Html, html, raw } from './html.ts'

const style = `
:root{color-scheme:light dark;--ink:#1d2433;--quiet:#566074;--paper:#fff;--line:#d8dde6;--soft:#f4f6f9;--yes:#1c6b3a;--no:#a3262a}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebf1;--quiet:#a5afc2;--paper:#14181f;--line:#343c4a;--soft:#1c222c;--yes:#7fd49b;--no:#f2a0a3}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:64rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.25rem 0;max-width:46rem}.quiet,dt,thead th{color:var(--quiet)}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0}a{color:inherit}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top;font-weight:400;overflow-wrap:anywhere;min-width:6rem}
thead th{font-size:.85rem;white-space:nowrap}th[scope=row]{min-width:9rem;font-weight:600}.past{opacity:.75}.past th[scope=row]{font-weight:400}
time{white-space:nowrap;font-variant-numeric:tabular-nums}code{font:.875em/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:var(--soft);padding:.6rem;margin:.4rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:.8rem/1.5 ui-monospace,monospace}
summary{cursor:pointer}.yes{color:var(--yes)}.no{color:var(--no)}
ul.tree,ul.tree ul{list-style:none;margin:0;padding-inline-start:1.1rem}ul.tree{padding:0}ul.tree li{margin:.2rem 0}
@media print{details{display:block}.table{overflow:visible}nav{display:none}}
`

/** One part of a page: a heading that can be linked to, and what is under it. */
export interface Section {
  id: string
  title: string
  body: Html
}

/** A page that needs nothing else: no script, no other host, so that it can be kept and handed on. */
export const page = (title: string, about: Html, sections: readonly Section[]): string =>
  html`${raw('<!doctype html>')}
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
<main>
<h1>${title}</h1>
${about}
<nav aria-label="Parts"><ul>${sections.map(({ id, title: its }) => html`<li><a href="#${id}">${its}</a></li>`)}</ul></nav>
${sections.map(({ id, title: its, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${its}</h2>\n${body}</section>\n`)}
</main>
</html>
`.html

/** An instant, in UTC. */
export const instant = (at: number | null | undefined): Html => {
  const text = at === null || at === undefined ? '' : new Date(at).toISOString()
  return text === ''
    ? html`<span class="quiet">never</span>`
    : html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 19)}</time>`
}

/** A row of a table: its cells, the first of which names it. `isPast`: it counts no more. */
export interface TableRow {
  cells: readonly (Html | string | number)[]
  isPast?: boolean
}

/** A table with its heads, or a sentence where there are no rows. */
export const table = (heads: readonly string[], rows: readonly TableRow[], none: string, labelledBy: string): Html =>
  rows.length === 0
    ? html`<p class="quiet">${none}</p>`
    : html`<div class="table" tabindex="0" role="region" aria-labelledby="${labelledBy}"><table aria-labelledby="${labelledBy}">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
        ({ cells: [first, ...others], isPast }) => html`
<tr${raw(isPast ? ' class="past"' : '')}><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
      )}
</tbody></table></div>`

/** A value as it was kept, folded away behind words. */
export const folded = (words: string, value: unknown): Html =>
  html`<details><summary>${words}</summary><pre>${JSON.stringify(value, null, 2)}</pre></details>`
