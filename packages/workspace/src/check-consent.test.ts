import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import { lawIn, strictestLawIn } from './consent-rule.ts'

const check = (consent: object, kind = 'browser') =>
  checkWorkspace({ sources: [{ id: 'web', kind, writeKey: 'wk_test_1', consent }], purposes: ['analytics'] })
const byRegion = [{ regions: ['US', 'CH-ZH'], policy: 'opt-out' }]

describe('CO3 how a source may take consent', () => {
  test.each<[what: string, consent: object]>([
    ['a law', { policy: 'none' }],
    ['another by region', { policy: 'opt-in', byRegion }],
    ['names of a consent manager', { names: { C0002: 'analytics', 'Any name': 'analytics' } }],
  ])('%s', (_what, consent) => {
    expect(check(consent)).toMatchObject({ ok: true })
  })

  const at = 'sources[0].consent'
  test.each<[what: string, consent: object, path: string, says: string, kind?: string]>([
    ['a law that there is not', { policy: 'maybe' }, `${at}.policy`, 'must be opt-in, opt-out or none'],
    [
      'a region in small letters',
      { byRegion: [{ regions: ['us'], policy: 'none' }] },
      `${at}.byRegion[0].regions[0]`,
      'ISO 3166',
    ],
    ['a region without a law', { byRegion: [{ regions: ['US'] }] }, `${at}.byRegion[0].policy`, 'is missing'],
    ['a purpose that there is not', { names: { C1: 'sales' } }, `${at}.names["C1"]`, 'it has analytics'],
    ['regions of a server', { byRegion }, `${at}.byRegion`, 'is for browser sources', 'server'],
  ])('%s is a fault', (_what, consent, path, says, kind) => {
    expect(check(consent, kind)).toMatchObject({ ok: false, error: [{ path, message: expect.stringContaining(says) }] })
  })
})

test('CO3 the first entry that names country or part holds, and who is nowhere known has the source’s own', () => {
  const rule = {
    policy: 'opt-in',
    byRegion: [
      { regions: ['US-CA'], policy: 'opt-out' },
      { regions: ['US'], policy: 'none' },
    ],
  } as const
  expect(lawIn(rule, { country: 'US', regionCode: 'CA' })).toBe('opt-out')
  expect(lawIn(rule, { country: 'US', regionCode: 'NY' })).toBe('none')
  expect(lawIn(rule, { country: 'US' })).toBe('none')
  expect(lawIn(rule, { country: 'CA' })).toBe('opt-in')
  expect(lawIn(rule, {})).toBe('opt-in')
  expect(lawIn({}, { country: 'US' })).toBe('opt-in')
})

test.each<
  [what: string, policies: [part: string, country: string, other: string], country: string | undefined, law: string]
>([
  ['a part that asks for more', ['opt-in', 'none', 'none'], 'US', 'opt-in'],
  ['a part that asks for less', ['none', 'opt-out', 'opt-in'], 'US', 'opt-out'],
  ['another country', ['opt-in', 'opt-in', 'none'], 'CA', 'none'],
  ['nowhere known', ['opt-in', 'opt-in', 'opt-out'], undefined, 'opt-out'],
])('CO3 where the country alone is known the strictest law of its parts holds: %s', (_what, policies, country, law) => {
  const [part, whole, policy] = policies as ('opt-in' | 'opt-out' | 'none')[]
  const byRegion = [
    { regions: ['US'], policy: whole! },
    { regions: ['CH-ZH', 'US-CA'], policy: part! },
  ]
  expect(strictestLawIn({ policy: policy!, byRegion }, country)).toBe(law)
})
