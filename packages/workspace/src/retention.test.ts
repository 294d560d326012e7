import { expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import { compileWorkspace } from './compile.ts'
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
]
test.each(refused)('WS a retention of %s is refused by its path, once', (_rule, retention, message) => {
  const checked = checkWorkspace(workspace(retention as Workspace['retention']))
  const faults = checked.ok ? [] : checked.error
  expect(faults).toHaveLength(1)
  expect(faults[0]!.message).toContain(message)
  expect(faults[0]!.path).toBe(message.split(' ')[0])
})
