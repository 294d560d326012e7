import { expect, test } from 'vitest'
import type { SweepScope } from './sweep-scope.ts'
import { combineScopes, foldSteps, type SweepStep, scopeSince } from './sweep-steps.ts'

const members = (...membersOf: string[]): SweepScope => ({ membersOf })

const combinations: [what: string, scopes: SweepScope[], combined: SweepScope][] = [
  ['no scope means nobody', [], 'none'],
  ['nobody and nobody is nobody', ['none', 'none'], 'none'],
  ['everybody beats members', [members('a'), 'all', 'none'], 'all'],
  ['members of ANY', [members('b'), 'none', members('a', 'b')], members('a', 'b')],
]
test.each(combinations)('AU5 skipped versions: %s', (_what, scopes, combined) => {
  expect(combineScopes(scopes)).toEqual(combined)
})

const steps: SweepStep[] = [
  { version: 2, scope: 'all' },
  { version: 3, scope: members('a') },
  { version: 4, scope: 'none' },
  { version: 5, scope: members('b') },
]

test.each([
  [1, 'all'],
  [2, members('a', 'b')],
  [3, members('b')],
  [4, members('b')],
  [5, 'none'],
] as const)('AU5 somebody decided with version %i is altered by what came after it', (version, scope) => {
  expect(scopeSince(steps, version)).toEqual(scope)
})

test.each([1, 2, 3, 8])('AU5 folded to %i steps, they leave nobody out', (max) => {
  const folded = foldSteps(steps, max)
  expect(folded.length).toBeLessThanOrEqual(max)
  for (const version of [0, 1, 2, 3, 4, 5]) {
    const [exact, kept] = [scopeSince(steps, version), scopeSince(folded, version)]
    expect(combineScopes([exact, kept])).toEqual(kept)
  }
})
