import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'

const sources = [
  { id: 'web', kind: 'browser', writeKey: 'wk_test_1' },
  { id: 'app', kind: 'browser', writeKey: 'wk_test_2' },
  { id: 'till', kind: 'server', writeKey: 'sk_test_1' },
]
const check = (transformations: unknown) => checkWorkspace({ sources, transformations })
const withStep = (step: unknown) => check([{ sources: ['web'], steps: [step] }])

describe('TR steps that a workspace may have, kept as they are', () => {
  test.each<[step: unknown]>([
    [{ renameEvent: { 'Viewed Product': 'Product Viewed' } }],
    [{ rename: { 'properties.prodId': 'properties.product_id', 'properties.l[*].a': 'properties.l[*].b.c' } }],
    [{ mapValues: 'properties.size', to: { s: 'S', '': null, '1': 1 }, otherwise: 'fail' }],
    [{ cast: { 'properties.price': 'number', 'context.app.build': 'string' } }],
    [{ normalize: ['traits.email', 'userId'], by: ['trim', 'lowercase'] }],
    [{ derive: 'properties.full', template: '{traits.first} {traits.last}' }],
    [{ derive: 'userId', from: 'traits.crm.id' }],
    [{ derive: 'properties.n', value: null }],
    [{ hash: 'traits.email' }],
    [{ drop: ['context.ip', 'properties.l[*].secret'] }],
    [{ dropEvent: true, when: { event: ['A', 'B'], type: 'track', where: [{ path: 'properties.x', eq: 1 }] } }],
    [{ route: 'app', when: { where: [{ path: 'properties.brand', eq: 'x' }] } }],
  ])('%j', (step) => {
    const checked = withStep(step)
    expect(checked.ok ? [] : checked.error).toEqual([])
    expect(checked.ok && checked.value.transformations).toEqual([{ sources: ['web'], steps: [step] }])
  })
})

const rows: [what: string, step: unknown, at: string, says: string][] = [
  ['no step', 5, '', 'must be a step'],
  ['two in one', { drop: 'properties.a', hash: 'properties.a' }, '', 'exactly one of'],
  ['a misspelt one', { dorp: 'properties.a' }, '', 'exactly one of'],
  ['a setting that there is not', { drop: 'properties.a', if: 1 }, '.if', 'is not a setting'],
  ['what the server owns', { drop: 'receivedAt' }, '.drop', 'must be a field'],
  ['the messageId', { derive: 'messageId', value: 'x' }, '.derive', 'must be one field'],
  ['verified', { derive: 'verified', value: true }, '.derive', 'must be one field'],
  ['the anonymousId', { hash: 'anonymousId' }, '.hash', 'must be a field'],
  ['a time', { cast: { timestamp: 'date' } }, '.cast.timestamp', 'must be a field'],
  ['the source otherwise', { derive: 'source', value: 'app' }, '.derive', 'must be one field'],
  ['all properties', { drop: 'properties' }, '.drop', 'must be a field'],
  [
    'a decision',
    { derive: 'context.consent.categoryPreferences.marketing', value: true },
    '.derive',
    'what a visitor has decided',
  ],
  [
    'decisions by a rename',
    { rename: { 'properties.a': 'context.consent' } },
    '.rename["properties.a"]',
    'what a visitor has decided',
  ],
  ['decisions taken out', { drop: ['context.consent.categoryPreferences'] }, '.drop[0]', 'what a visitor has decided'],
  ['a prototype', { derive: 'properties.__proto__.x', value: 1 }, '.derive', 'no property of an event has'],
  ['a prototype in the middle', { drop: 'properties.a.constructor' }, '.drop', 'no property of an event has'],
  ['a place in a list', { drop: 'properties.l[0]' }, '.drop', 'must be a field'],
  ['every entry as a target', { derive: 'properties.l[*].a', value: 1 }, '.derive', 'without [*]'],
  ['out of its entry', { rename: { 'properties.l[*].a': 'properties.a' } }, '.rename', 'out of its entry'],
  ['an empty table', { rename: {} }, '.rename', 'is empty'],
  ['reserved names of events', { renameEvent: { constructor: 'A' } }, '.renameEvent', 'may not have the names'],
  ['a long name', { renameEvent: { A: 'x'.repeat(201) } }, '.renameEvent.A', 'longer than 200'],
  [
    'the decision’s name',
    { renameEvent: { 'Segment Consent Preference Updated': 'A' } },
    '.renameEvent["Segment Consent Preference Updated"]',
    'decision',
  ],
  [
    'another name for a decision',
    { renameEvent: { A: 'Segment Consent Preference Updated' } },
    '.renameEvent.A',
    'decision',
  ],
  ['a type that there is not', { cast: { 'properties.a': 'text' } }, '.cast["properties.a"]', 'must be one of string'],
  ['a form that there is not', { normalize: 'properties.a', by: ['trim', 'lower'] }, '.by[1]', 'must be one of trim'],
  ['no form', { normalize: 'properties.a', by: [] }, '.by', 'names no form'],
  ['nothing to derive from', { derive: 'properties.a' }, '', 'needs one of'],
  ['two to derive from', { derive: 'properties.a', value: 1, from: 'properties.b' }, '', 'needs one of'],
  ['a template of nothing', { derive: 'properties.a', template: '{price}' }, '.template', 'no field'],
  ['a value that is none', { mapValues: 'properties.a', to: { a: {} } }, '.to.a', 'must be text'],
  ['every event', { dropEvent: true }, '', 'disable the source'],
  ['no dropping', { dropEvent: false, when: {} }, '.dropEvent', 'must be true'],
  ['a route to nowhere', { route: 'shop' }, '.route', 'does not define'],
  ['a route to another kind', { route: 'till' }, '.route', 'same kind'],
  ['a condition of nothing', { drop: 'properties.a', when: { event: 5 } }, '.when.event', 'must be a name'],
  [
    'an operator that there is not',
    { drop: 'properties.a', when: { where: [{ path: 'properties.a', matches: 'x' }] } },
    '.when.where[0].matches',
    'is not a setting',
  ],
]

describe('TR faults are named by their paths', () => {
  test.each(rows)('%s', (_what, step, at, says) => {
    const checked = withStep(step)
    const path = `transformations[0].steps[0]${at}`
    const faults = checked.ok ? [] : checked.error
    expect(faults.map((fault) => fault.path)).toContain(path)
    expect(faults.find((fault) => fault.path === path)?.message).toContain(says)
  })

  test.each<[what: string, transformations: unknown, at: string, says: string]>([
    ['no list', {}, 'transformations', 'must be a list'],
    [
      'an unknown source',
      [{ sources: ['web', 'shop'], steps: [{ drop: 'userId' }] }],
      'transformations[0].sources[1]',
      'does not define',
    ],
    [
      'a source twice',
      [{ sources: ['web', 'web'], steps: [{ drop: 'userId' }] }],
      'transformations[0].sources[1]',
      'repeats',
    ],
    ['no source', [{ sources: [], steps: [{ drop: 'userId' }] }], 'transformations[0].sources', 'names no source'],
    ['no step', [{ sources: ['web'], steps: [] }], 'transformations[0].steps', 'has no step'],
    [
      'many steps',
      [{ sources: ['web'], steps: Array(201).fill({ drop: 'userId' }) }],
      'transformations[0].steps',
      'more than 200',
    ],
  ])('%s', (_what, transformations, at, says) => {
    const checked = check(transformations)
    expect(checked.ok || checked.error[0]).toMatchObject({ path: at, message: expect.stringContaining(says) })
  })
})
