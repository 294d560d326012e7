import type { Workspace } from '@spartito/workspace'
import { expect, test } from 'vitest'
import { changeText, workspaceChanges } from './workspace-changes.ts'

const web = { id: 'web', kind: 'browser', writeKey: 'wk_1' } as const
const till = { id: 'till', kind: 'server', writeKey: 'sk_1' } as const
const buyers = { id: 'buyers', when: { event: 'Order Completed' } } as const
const before: Workspace = { sources: [web], purposes: ['analytics'], audiences: [buyers] }

test.each<[what: string, after: Partial<Workspace>, changes: string[]]>([
  ['nothing', {}, []],
  ['nothing, in another order', { audiences: [{ when: { event: 'Order Completed' }, id: 'buyers' }] }, []],
  ['a source', { sources: [web, till] }, ['+ source till']],
  ['another order of sources', { sources: [{ ...web }] }, []],
  ['a setting of a source', { sources: [{ ...web, origins: ['https://a.example'] }] }, ['~ source web (origins)']],
  ['an audience that goes', { audiences: [] }, ['- audience buyers']],
  [
    'what an audience is',
    { audiences: [{ ...buyers, expose: true, when: { trait: 'plan', eq: 'pro' } }] },
    ['~ audience buyers (when, expose)'],
  ],
  ['a new name of one', { audiences: [{ ...buyers, id: 'customers' }] }, ['+ audience customers', '- audience buyers']],
  ['a planned event', { plan: { events: { A: {} } } }, ['+ planned event A']],
  ['purposes', { purposes: ['analytics', 'marketing'] }, ['~ purposes']],
  ['a setting of the whole', { retention: { anonymous: 'P30D' } }, ['+ retention']],
])('%s', (_what, after, changes) => {
  expect(workspaceChanges(before, { ...before, ...after }).map(changeText)).toEqual(changes)
})

test('a setting within one names it, and one that goes', () => {
  const old: Workspace = { ...before, identity: { mode: 'open', blocked: ['demo'] }, retention: { anonymous: 'P30D' } }
  const after: Workspace = { ...before, identity: { mode: 'strict', blocked: ['demo'] } }
  expect(workspaceChanges(old, after).map(changeText)).toEqual(['~ identity (mode)', '- retention'])
})
