import { expect, test } from 'vitest'
import type { Report } from '../report.ts'
import { reportHtml } from './report-html.ts'
import { reportText } from './report-text.ts'

const hostile = `<script>alert(1)</script>"'&\u001b[2J\u202e`
const report: Report = {
  title: hostile,
  sections: [
    {
      title: hostile,
      columns: [
        { name: hostile, as: 'text' },
        { name: 'events', as: 'count' },
        { name: 'share', as: 'share' },
        { name: 'within', as: 'ms' },
        { name: 'revenue', as: 'amount' },
      ],
      rows: [
        [hostile, 1234, 0.5, 90_000, 9.5],
        [null, 617, null, null, null],
      ],
      drawn: 1,
    },
    { title: 'Empty', columns: [{ name: 'a', as: 'text' }], rows: [], drawn: 0 },
  ],
  notes: [hostile],
}
const period = { since: '2026-03-01', until: '2026-03-31' }

test('a page has no text that is markup, no script and nothing of elsewhere', () => {
  const page = reportHtml(report, period)
  expect(page).not.toContain('<script')
  expect(page).not.toMatch(/\u001b|\u202e/)
  expect(page).not.toMatch(/https?:|src=|href=|url\(|@import| on\w+=/)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u001b[2J\\u202e')
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
})

test('a page has tables that a reader of screens understands, and bars that repeat them', () => {
  const page = reportHtml(report, period)
  expect(page).toContain('<html lang="en">')
  expect(page.match(/<th scope="col"/g)).toHaveLength(5)
  expect(page.match(/<th scope="row"/g)).toHaveLength(2)
  expect(page.match(/<svg aria-hidden="true"/g)).toHaveLength(2)
  expect(page).toContain('<rect width="100.00"')
  expect(page).toContain('<rect width="50.00"')
  expect(page).toContain(
    '<td class="number">1,234</td><td class="number">50.0 %</td><td class="number">1.5 min</td><td class="number">9.50</td>',
  )
  expect(page).toContain('<th scope="row">NULL</th>')
  expect(page).toContain('Nothing in this period.')
})

test('a terminal is shown the same, and nothing in it acts', () => {
  const text = reportText(
    { ...report, title: 'T', sections: [{ ...report.sections[0]!, title: 'By name' }] },
    period,
    200,
  )
  expect(text).not.toMatch(/\u001b|\u202e/)
  expect(text).toContain('T, 2026-03-01 to 2026-03-31 (UTC)')
  expect(text).toContain('│  1,234 │ 50.0 % │ 1.5 min │    9.50 │ ████████████████████████ │')
  expect(text).toContain('│    617 │        │         │         │ ████████████             │')
})
