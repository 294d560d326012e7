import type { AudienceDefinition } from '@spartito/engine'
import { expect, test } from 'vitest'
import { type SweepScope, sweepScope } from './sweep-scope.ts'
import type { Workspace } from './workspace.ts'

type When = AudienceDefinition['when']

const viewed: When = { event: 'Product Viewed' }
const bought: When = { event: 'Order Completed' }
/** Conditions on audiences, as documents have them. */
const isIn = (audience: string, more: object = {}): When => ({ audience, ...more }) as unknown as When

const audience = (id: string, when: When = viewed, more: Partial<AudienceDefinition> = {}): AudienceDefinition => ({
  id,
  when,
  ...more,
})
const workspace = (...audiences: AudienceDefinition[]): Workspace => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_test_1' }],
  purposes: ['analytics', 'marketing'],
  audiences,
})
const membersOf = (...ids: string[]): SweepScope => ({ membersOf: ids })

const a = audience('a')
const b = audience('b', bought)

const table: [what: string, before: AudienceDefinition[], after: AudienceDefinition[], scope: SweepScope][] = [
  ['nothing changed', [a, b], [b, a], 'none'],
  [
    'names, descriptions and exposure decide nothing',
    [a],
    [{ ...a, name: 'A', description: 'x', expose: true }],
    'none',
  ],
  [
    'the order of purposes decides nothing',
    [audience('a', viewed, { purposes: ['analytics', 'marketing'] })],
    [audience('a', viewed, { purposes: ['marketing', 'analytics'] })],
    'none',
  ],
  ['a new audience concerns everybody', [], [a], 'all'],
  ['a changed one concerns everybody', [a], [audience('a', bought)], 'all'],
  ['a changed purpose concerns everybody', [a], [audience('a', viewed, { purposes: ['analytics'] })], 'all'],
  ['a deleted one concerns its members', [a, b], [b], membersOf('a')],
  ['a deleted and a new one concern everybody', [a], [b], 'all'],
  ['a new one within one that stays concerns its members', [a], [a, audience('c', isIn('a'))], membersOf('a')],
  ['a new one within one for a time, too', [a], [a, audience('c', isIn('a', { for: 'P7D' }))], membersOf('a')],
  ['within ALL: one bound is enough', [a], [a, audience('c', { all: [bought, isIn('a')] })], membersOf('a')],
  [
    'within ANY: each part has to be bounded',
    [a, b],
    [a, b, audience('c', { any: [isIn('a'), isIn('b')] })],
    membersOf('a', 'b'),
  ],
  ['within ANY with an open part: everybody', [a], [a, audience('c', { any: [isIn('a'), bought] })], 'all'],
  ['not in an audience is no bound', [a], [a, audience('c', { not: isIn('a') })], 'all'],
  ['ANY of nothing holds for nobody', [a], [a, audience('c', { any: [] })], 'none'],
  ['ALL of nothing holds for everybody', [a], [a, audience('c', { all: [] })], 'all'],
  [
    'a changed one that becomes bounded concerns its members, too',
    [a, b],
    [a, audience('b', { all: [isIn('a'), bought] })],
    membersOf('a', 'b'),
  ],
  ['a bound that changes itself is none', [a], [audience('a', bought), audience('c', isIn('a'))], 'all'],
  ['a bound that is new is none', [], [a, audience('c', isIn('a'))], 'all'],
  [
    'what depends on a changed one changes only where that does',
    [a, b, audience('d', isIn('b'))],
    [a, audience('b', { all: [isIn('a'), bought] }), audience('d', isIn('b'))],
    membersOf('a', 'b'),
  ],
]

test.each(table)('AU5 %s', (_what, before, after, scope) => {
  expect(sweepScope(workspace(...before), workspace(...after))).toEqual(scope)
})

test('AU5 sources and destinations alter no profile', () => {
  const before = workspace(a)
  expect(sweepScope(before, { ...before, sources: [], destinations: [] })).toBe('none')
})

test('AU5 the first workspace that has audiences concerns everybody', () => {
  expect(sweepScope({ sources: [] }, workspace(a))).toBe('all')
})

// biome-ignore format: a row a rule
const retentions: [what: string, before: Workspace['retention'], after: Workspace['retention'], scope: SweepScope][] = [
  ['events that are kept for a shorter time', { events: 'P20D' }, { events: 'P7D' }, 'all'],
  ['events that are kept for a time from now on', undefined, { events: 'P7D' }, 'all'],
  ['anonymous profiles that are kept for a shorter time', undefined, { anonymous: 'P30D' }, 'all'],
  ['anonymous profiles that are kept longer', { anonymous: 'P30D' }, undefined, 'none'],
  ['events that are kept longer', { events: 'P7D' }, { events: 'P20D' }, 'none'],
  ['what no profile keeps as long', { events: 'P400D' }, { events: 'P90D' }, 'none'],
  ['what no profile keeps', undefined, { quarantine: 'P1D', deliveries: 'P1D' }, 'none'],
]
test.each(retentions)('RT %s', (_what, before, after, scope) => {
  const keeping = (retention: Workspace['retention']): Workspace => ({
    ...workspace(a),
    ...(retention && { retention }),
  })
  expect(sweepScope(keeping(before), keeping(after))).toEqual(scope)
})

test('RT events of one source that are kept for a shorter time', () => {
  const [web] = workspace().sources
  const after = { ...workspace(a), sources: [{ ...web!, retention: { events: 'P7D' } }] }
  expect(sweepScope(workspace(a), after)).toBe('all')
  expect(sweepScope(after, workspace(a))).toBe('none')
})
