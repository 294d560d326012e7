import { expect, test } from 'vitest'
import { settleConsent } from './consent-signals.ts'
import type { JsonObject } from './json.ts'

const own = (categoryPreferences: JsonObject) => ({ consent: { categoryPreferences } })
const managed = (allowed: string[] | JsonObject, denied: string[] | JsonObject = []) => ({
  consentManagement: { provider: 'oneTrust', allowedConsentIds: allowed, deniedConsentIds: denied },
})
const names = { C0002: 'analytics', C0004: 'marketing', C0005: 'marketing' }

const rows: [what: string, context: JsonObject, refused: string[], expected: object | undefined][] = [
  ['nothing', {}, [], undefined],
  ['Segment\u2019s form', own({ analytics: true }), [], { analytics: true }],
  ['Segment\u2019s form with a manager\u2019s names', own({ C0002: true }), [], { analytics: true }],
  ['two categories that are one purpose: ALL', own({ C0004: true, C0005: false }), [], { marketing: false }],
  ['the same the other way round', own({ C0005: false, C0004: true }), [], { marketing: false }],
  ['RudderStack\u2019s form', managed(['C0002'], ['C0004']), [], { analytics: true, marketing: false }],
  ['RudderStack\u2019s form by id', managed({ C0002: 'Performance' }), [], { analytics: true }],
  [
    'RudderStack\u2019s, denied as one and allowed as the other',
    managed(['C0004'], ['C0005']),
    [],
    { marketing: false },
  ],
  [
    'Segment\u2019s before RudderStack\u2019s',
    { ...own({ analytics: false }), ...managed(['C0002']) },
    [],
    { analytics: false },
  ],
  [
    'Global Privacy Control refuses what nothing decides',
    own({ analytics: true }),
    ['analytics', 'marketing'],
    { analytics: true, marketing: false },
  ],
  ['Global Privacy Control alone', {}, ['marketing'], { marketing: false }],
  ['a name that an object has by itself', own({ constructor: true }), [], { constructor: true }],
  ['what is none of the forms', { consentManagement: 'yes', consent: 5 }, [], undefined],
]

test.each(rows)('CO1 %s', (_what, context, refused, expected) => {
  const settled = settleConsent(context, { names, refused }) as { consent?: { categoryPreferences?: object } }
  expect(settled.consent?.categoryPreferences).toEqual(expected)
})

test('CO1 what came is kept as it came, and what needs no change is the very same', () => {
  const context = { ...managed(['C0002']), ip: '192.0.2.0' }
  expect(settleConsent(context, { names, refused: [] })).toMatchObject(context)
  const named = { consent: { categoryPreferences: { C0002: true }, note: 1 } }
  expect(settleConsent(named, { names, refused: [] })).toEqual({
    consent: { categoryPreferences: { analytics: true }, received: { C0002: true }, note: 1 },
  })
  expect(settleConsent({}, { refused: ['marketing'] })).toEqual({
    consent: { categoryPreferences: { marketing: false }, gpc: true },
  })
  const plain = own({ analytics: true, marketing: false })
  expect(settleConsent(plain, { names, refused: ['marketing'] })).toBe(plain)
})
