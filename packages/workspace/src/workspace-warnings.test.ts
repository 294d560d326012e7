import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import type { Workspace } from './workspace.ts'
import { workspaceWarnings } from './workspace-warnings.ts'

type Document = { [K in keyof Workspace]?: unknown }

const web = {
  id: 'web',
  kind: 'browser',
  writeKey: 'wk_test_1',
  origins: ['https://shop.example'],
  collect: ['analytics'],
}
const till = { id: 'till', kind: 'server', writeKey: 'sk_test_1' }
const buyers = { id: 'buyers', expose: true, purposes: ['analytics'], when: { event: 'Order Completed' } }
const crm = {
  id: 'crm',
  type: 'webhook',
  purposes: ['analytics'],
  audiences: '*',
  settings: { url: 'https://crm.example/hook', secret: { env: 'CRM_SECRET' } },
}
const sound: Document = { sources: [web], purposes: ['analytics'], audiences: [buyers], destinations: [crm] }

const warnings = (document: Document): string[] => {
  const checked = checkWorkspace({ ...sound, ...document })
  if (!checked.ok) throw new Error(JSON.stringify(checked.error))
  return workspaceWarnings(checked.value).map(({ message }) => message)
}
const inAudience = (when: unknown, more: Document = {}): Document => ({ audiences: [{ ...buyers, when }], ...more })

const plan = {
  events: {
    'Order Completed': { properties: { revenue: { type: 'number' }, items: { type: 'array' } } },
    Anything: {},
  },
}

test('a workspace that says what it means has none', () => {
  expect(warnings({})).toEqual([])
  expect(warnings({ plan })).toEqual([])
})

test('WS a destination of erasures alone receives something', () => {
  const erased = { url: 'https://x.example/', body: '{{all.email}}' }
  expect(
    warnings({ destinations: [crm, { ...crm, id: 'e', type: 'http', audiences: [], settings: { erased } }] }),
  ).toEqual([])
})

test.each<[rule: string, document: Document, says: string]>([
  ['a page without origins', { sources: [{ ...web, origins: undefined }] }, 'sources[0] has no origins'],
  ['an empty list of them', { sources: [{ ...web, origins: [] }] }, 'sources[0].origins is empty'],
  ['a source that is switched off', { sources: [{ ...web, disabled: true }] }, 'sources[0].disabled is set'],
  [
    'rights of persons whom nothing vouches for',
    { sources: [{ ...web, rights: { export: true } }] },
    'sources[0].rights lets verified persons ask, and nothing vouches for anybody: add identityKeys',
  ],
  [
    'rights of a source of a server',
    { sources: [web, { ...till, rights: { forget: 'P3D' } }] },
    'sources[1].rights is for pages',
  ],
  ['strict, and nobody to vouch', { identity: { mode: 'strict' } }, 'identity.mode is strict, and nothing vouches'],
  [
    'a purpose that nothing needs',
    { purposes: ['analytics', 'research'] },
    'purposes[1] ("research") is what visitors are asked for',
  ],
  [
    'an audience without purposes',
    { audiences: [{ ...buyers, purposes: undefined }] },
    'audiences[0] ("buyers") has no purposes',
  ],
  [
    'an audience that reaches nobody',
    { audiences: [{ ...buyers, expose: false }], destinations: [] },
    'audiences[0] ("buyers") reaches nobody',
  ],
  [
    'one whose destination is switched off',
    { audiences: [{ ...buyers, expose: false }], destinations: [{ ...crm, disabled: true }] },
    'audiences[0] ("buyers") reaches nobody',
  ],
  [
    'a destination that is switched off',
    { destinations: [{ ...crm, disabled: true }] },
    'destinations[0].disabled is set',
  ],
  [
    'a destination without audiences',
    { destinations: [{ ...crm, audiences: [] }] },
    'destinations[0] ("crm") receives nothing: it names no audience, and no events',
  ],
  [
    'a destination of all of none',
    { audiences: [] },
    'destinations[0] ("crm") receives nothing: it names no audience, and there is none, and no events',
  ],
  [
    'a secret of a destination as a value',
    { destinations: [{ ...crm, settings: { ...crm.settings, secret: 'whsec_YSBzZWNyZXQgb2YgMjQgYnl0ZXMsIHllcw==' } }] },
    'destinations[0].settings.secret holds a value',
  ],
  [
    'events that a template has no request for',
    { destinations: [{ ...crm, type: 'http', events: '*', settings: { entered: { url: 'https://x.example/' } } }] },
    'destinations[0].events is set, and settings.event is not: no event is sent',
  ],
  [
    'changes that a template has no request for',
    { destinations: [{ ...crm, type: 'http', events: '*', settings: { event: { url: 'https://x.example/' } } }] },
    'destinations[0].audiences is set, and neither settings.entered nor settings.exited is: no change is sent',
  ],
  [
    'events for Meta without a dataset, and an audience that it has no place for',
    {
      destinations: [
        { ...crm, type: 'meta', events: '*', settings: { accessToken: { env: 'T' }, customAudiences: {} } },
      ],
    },
    'destinations[0].events is set, and settings.datasetId is not: no event is sent',
  ],
  [
    'an audience that a list is missing for',
    { destinations: [{ ...crm, type: 'meta', settings: { accessToken: { env: 'T' }, datasetId: '12345' } }] },
    'destinations[0].audiences has "buyers", and settings.customAudiences does not: its changes are skipped',
  ],
  [
    'a key that is a value',
    { sources: [{ ...web, identityKeys: [{ kid: 'a', alg: 'HS256', secret: 'x'.repeat(40) }] }] },
    'sources[0].identityKeys[0].secret holds a value',
  ],
])('WS a warning for %s', (_rule, document, says) => {
  expect(warnings(document)).toContainEqual(expect.stringContaining(says))
})

describe('an event that the plan does not know, wherever it is named', () => {
  const misspelt = { event: 'Order Complete' }
  test.each<[where: string, when: unknown, path: string]>([
    ['an event', misspelt, 'when'],
    ['within others', { all: [{ not: misspelt }] }, 'when.all[0].not'],
    ['an aggregate', { agg: 'sum', of: 'properties.revenue', ...misspelt, gt: 1 }, 'when'],
    ['a step', { sequence: [{ event: 'Order Completed' }, misspelt] }, 'when'],
    ['what may not come between', { sequence: [{ event: 'Order Completed' }], none: [misspelt] }, 'when'],
    ['recency', { recency: misspelt, gte: 'P1D' }, 'when'],
    ['what was not done', { notPerformed: 'Order Complete' }, 'when'],
    ['days', { days: { ...misspelt, tz: 'UTC' }, gte: 3 }, 'when'],
  ])('%s', (_where, when, path) => {
    expect(warnings(inAudience(when, { plan }))).toEqual([
      `audiences[0].${path} is about "Order Complete", which is no event of the plan: mend its name, or add it there`,
    ])
    expect(warnings(inAudience(when))).toEqual([])
  })

  test('a destination’s filter', () => {
    const events = [
      { event: 'page' },
      misspelt,
      { event: 'Order Completed', where: [{ path: 'properties.revenu', gt: 1 }] },
    ]
    expect(warnings({ plan, destinations: [{ ...crm, events }] })).toEqual([
      'destinations[0].events[1] is about "Order Complete", which is no event of the plan: mend its name, or add it there',
      'destinations[0].events[2] reads properties.revenu, which "Order Completed" does not have in the plan: it has revenue, items',
    ])
  })

  test.each(['page', 'identify', 'Segment Consent Preference Updated', 'Anything'])('%s is known', (event) => {
    expect(warnings(inAudience({ event }, { plan }))).toEqual([])
  })
})

describe('a property that the event does not have in the plan', () => {
  test.each<[what: string, when: unknown]>([
    ['a predicate', { event: 'Order Completed', where: [{ path: 'properties.revenu', gt: 1 }] }],
    ['an aggregate', { agg: 'sum', of: 'properties.revenu', event: 'Order Completed', gt: 1 }],
  ])('%s', (_what, when) => {
    expect(warnings(inAudience(when, { plan }))).toEqual([
      'audiences[0].when reads properties.revenu, which "Order Completed" does not have in the plan: it has revenue, items',
    ])
  })

  test.each<[what: string, where: unknown]>([
    ['one that it has', { path: 'properties.revenue', gt: 1 }],
    ['an entry of a list', { path: 'properties.items[*].sku', any: true, eq: 'x' }],
    ['the context', { path: 'context.page.path', eq: '/' }],
  ])('none for %s', (_what, where) => {
    expect(warnings(inAudience({ event: 'Order Completed', where: [where] }, { plan }))).toEqual([])
  })
})

test('a server vouches under strict, so that is no warning', () => {
  expect(warnings({ sources: [web, till], identity: { mode: 'strict' } })).toEqual([])
})
