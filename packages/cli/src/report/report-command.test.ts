import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventRow, makeFolder, makeLake } from '../testing/lake-folder.ts'
import { runSpartito } from '../testing/run-spartito.ts'

const lake = makeLake({
  events: [
    eventRow({ type: 'page', timestamp: '2026-03-01T10:00:00Z' }),
    eventRow({ event: '=Buy', timestamp: '2026-03-01T10:05:00Z', properties: { revenue: 5 } }),
  ],
})
const march = ['--lake', lake, '--since', '2026-03-01', '--until', '2026-03-31']

test('a report is text, a line of JSON, CSV, or a page', async () => {
  const steps = ['report', 'funnel', 'page', '=Buy', ...march]
  const [text, json, csv] = await Promise.all([
    runSpartito(steps),
    runSpartito([...steps, '--json']),
    runSpartito(['report', 'sources', ...march, '--csv']),
  ])
  expect(text.out).toContain('│ 2. =Buy │        1 │      100.0 % │           100.0 % │             5.0 min │')
  expect(JSON.parse(json.out)).toMatchObject({ title: 'Funnel', period: { since: '2026-03-01', until: '2026-03-31' } })
  expect(csv.out).toBe('source,events,profiles,of bots,late,of nobody,share\r\nweb,2,1,0,0,0,1\r\n')
  const page = join(makeFolder('report'), 'report.html')
  const html = await runSpartito(['report', 'attribution', '=Buy', ...march, '--html', page])
  expect([html.code, html.err]).toEqual([0, `${page} has the report\n`])
  expect(readFileSync(page, 'utf8')).toContain('<h1>Attribution of =Buy, last touch</h1>')
  expect(statSync(page).mode & 0o777).toBe(0o600)
})

test.each([
  ['one step', ['funnel', 'page'], 'a funnel has two steps or more'],
  ['a duration that is none', ['funnel', 'page', 'Buy', '--within', 'soon'], '--within is written like P7D'],
  ['a campaign part that is none', ['attribution', 'Buy', '--by', 'source,place'], 'name some of source, medium'],
  ['a touch that is none', ['attribution', 'Buy', '--touch', 'best'], 'Allowed choices are first, last, linear'],
  ['a period that ends before it begins', ['sources', '--until', '2026-02-01'], 'turn --since and --until around'],
])('%s is said', async (_what, flags, says) => {
  const [report, ...rest] = flags
  const { code, err } = await runSpartito(['report', report!, ...rest, '--lake', lake, '--since', '2026-03-01'])
  expect(code).toBe(1)
  expect(err).toContain(says)
})
