import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import { developmentOnly } from './development-only.ts'

const readme = readFileSync(new URL('../../destinations/README.md', import.meta.url), 'utf8')
const [example, template] = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text!)

test('the destinations that the README shows are sound, outside development too', () => {
  const document = {
    sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_123456' }],
    purposes: ['analytics', 'marketing', 'advertising'],
    audiences: [{ id: 'buyers', when: { event: 'Order Completed' } }],
    ...(JSON.parse(example!) as object),
  }
  const checked = checkWorkspace(document)
  expect(checked).toMatchObject({ ok: true })
  expect(checked.ok && developmentOnly(checked.value)).toEqual([])
  expect(checked.ok && checked.value.destinations).toHaveLength(5)
})

test('so is the request that asks for a deletion', () => {
  const destination = { id: 'crm', type: 'http', purposes: ['service'], audiences: [], settings: JSON.parse(template!) }
  const sources = [{ id: 'web', kind: 'browser', writeKey: 'wk_123456' }]
  expect(checkWorkspace({ sources, purposes: ['service'], destinations: [destination] })).toMatchObject({ ok: true })
})
