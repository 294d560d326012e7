import { expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import { compileWorkspace } from './compile.ts'
import { keptMs, type RetainedKind } from './retention.ts'
import type { Workspace } from './workspace.ts'

const workspace = (retention?: Workspace['retention']): Workspace => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_123456' }],
  ...(retention && { retention }),
})
const dayMs = 86_400_000

// biome-ignore format: a row a rule
const kept: [rule: string, retention: Workspace['retention'], days: number][] = [
  ['180 days when nothing is said', undefined, 180],
  ['180 days when nothing is said of anonymous profiles', {}, 180],
  ['as long as it says', { anonymous: 'P30D' }, 30],
  ['a day at least', { anonymous: 'PT24H' }, 1],
  ['ten years at most', { anonymous: 'P3650D' }, 3650],
]
test.each(kept)('ID15 an anonymous profile is kept %s', (_rule, retention, days) => {
  expect(checkWorkspace(workspace(retention)).ok).toBe(true)
  expect(compileWorkspace({ version: 1, workspace: workspace(retention) }).plan.anonymousMs).toBe(days * dayMs)
})

// biome-ignore format: a row a rule
const refused: [rule: string, retention: unknown, message: string][] = [
  ['less than a day', { anonymous: 'PT23H' }, 'retention.anonymous must be from P1D to P3650D'],
  ['more than ten years', { anonymous: 'P3651D' }, 'retention.anonymous must be from P1D to P3650D'],
  ['months, which have no fixed length', { anonymous: 'P6M' }, 'retention.anonymous must be an ISO 8601 duration of weeks, days'],
  ['a number', { anonymous: 180 }, 'retention.anonymous '],
  ['of others', { known: 'P1D' }, 'retention.known is not a setting'],
  ['events for less than a day', { events: 'PT1H' }, 'retention.events must be from P1D to P3650D'],
  ['dry runs for months', { recent: 'P31D' }, 'retention.recent must be from PT1H to P30D'],
]
test.each(refused)('WS a retention of %s is refused by its path, once', (_rule, retention, message) => {
  const checked = checkWorkspace(workspace(retention as Workspace['retention']))
  const faults = checked.ok ? [] : checked.error
  expect(faults).toHaveLength(1)
  expect(faults[0]!.message).toContain(message)
  expect(faults[0]!.path).toBe(message.split(' ')[0])
})

const endless = Number.POSITIVE_INFINITY
const [web, app] = [
  { id: 'web', writeKey: 'wk_123456' },
  { id: 'app', writeKey: 'wk_654321' },
]
const two = (retention: Workspace['retention'], ofApp: Workspace['sources'][0]['retention']): Workspace => ({
  sources: [
    { ...web, kind: 'browser' },
    { ...app, kind: 'browser', ...(ofApp && { retention: ofApp }) },
  ],
  ...(retention && { retention }),
})

// biome-ignore format: a row a rule
const bySource: [rule: string, retention: Workspace['retention'], ofApp: Workspace['sources'][0]['retention'], kind: RetainedKind, days: { web: number; app: number; gone: number }][] = [
  ['without end when nothing is said', undefined, undefined, 'events', { web: endless, app: endless, gone: endless }],
  ['a day, of what dry runs are tried on', undefined, undefined, 'recent', { web: 1, app: 1, gone: 1 }],
  ['as the workspace says', { events: 'P90D' }, undefined, 'events', { web: 90, app: 90, gone: 90 }],
  ['as its source says, where it says so', { events: 'P90D' }, { events: 'P30D' }, 'events', { web: 90, app: 30, gone: 90 }],
  ['longer, too', { quarantine: 'P7D' }, { quarantine: 'P14D' }, 'quarantine', { web: 7, app: 14, gone: 7 }],
  ['for a time by one source alone', undefined, { consents: 'P365D' }, 'consents', { web: endless, app: 365, gone: endless }],
  ['alike by all sources, of what has none', { changes: 'P30D' }, { events: 'P1D' }, 'changes', { web: 30, app: 30, gone: 30 }],
]
test.each(bySource)('RT a kind is kept %s', (_rule, retention, ofApp, kind, days) => {
  const workspace = two(retention, ofApp)
  expect(checkWorkspace(workspace)).toMatchObject({ ok: true })
  const kept = compileWorkspace({ version: 1, workspace }).retention[kind]
  for (const [source, its] of Object.entries(days)) expect(keptMs(kept, source)).toBe(its * dayMs)
  expect([kept.shortestMs, kept.longestMs]).toEqual([
    Math.min(...Object.values(days)) * dayMs,
    Math.max(...Object.values(days)) * dayMs,
  ])
})

test.each(['changes', 'deliveries', 'profiles', 'anonymous'])(
  'RT a source says nothing of %s, which have none',
  (kind) => {
    const checked = checkWorkspace(two(undefined, { [kind]: 'P30D' }))
    expect(checked.ok ? [] : checked.error.map(({ path }) => path)).toEqual([`sources[1].retention.${kind}`])
  },
)

test.each([
  ['at once', 'PT0S'],
  ['after more than 30 days', 'P31D'],
])('CO7 whoever asks to be forgotten is not forgotten %s', (_rule, forget) => {
  const [first] = workspace().sources
  const checked = checkWorkspace({ sources: [{ ...first, rights: { forget } }] })
  expect(checked.ok ? [] : checked.error).toMatchObject([
    { message: expect.stringContaining('sources[0].rights.forget must be') },
  ])
})
