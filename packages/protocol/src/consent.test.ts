import { describe, expect, test } from 'vitest'
import { type ConsentPolicy, type ConsentState, decide } from './consent.ts'
import { readConsent } from './read-consent.ts'

const decisions: [
  purposes: string[],
  record: Record<string, ConsentState>,
  policy: ConsentPolicy,
  expected: ConsentState,
][] = [
  [[], {}, 'opt-in', 'granted'],
  [[], { a: 'denied' }, 'opt-in', 'granted'],
  [['a'], { a: 'granted' }, 'opt-in', 'granted'],
  [['a'], { a: 'denied' }, 'opt-out', 'denied'],
  [['a'], {}, 'opt-in', 'unknown'],
  [['a'], { a: 'unknown' }, 'opt-in', 'unknown'],
  [['a'], {}, 'opt-out', 'granted'],
  [['a', 'b'], { a: 'granted', b: 'granted' }, 'opt-in', 'granted'],
  [['a', 'b'], { a: 'granted' }, 'opt-in', 'unknown'],
  [['a', 'b'], { b: 'denied' }, 'opt-in', 'denied'],
  [['a', 'b'], { a: 'denied' }, 'opt-in', 'denied'],
  [['a', 'b'], { a: 'granted', b: 'denied' }, 'opt-out', 'denied'],
]

describe('CO2 the one decision: ALL purposes', () => {
  test.each(decisions)('%j on %j under %s is %s', (purposes, record, policy, expected) => {
    expect(decide(purposes, record, policy)).toBe(expected)
  })
})

test("CO1 Segment's categoryPreferences: booleans decide, all else decides nothing", () => {
  const context = { consent: { categoryPreferences: { a: true, b: false, c: 'yes', d: null } } }
  expect([...readConsent(context)]).toEqual([
    ['a', 'granted'],
    ['b', 'denied'],
  ])
  for (const odd of [undefined, null, 5, [], {}, { consent: 1 }, { consent: { categoryPreferences: [] } }])
    expect(readConsent(odd).size).toBe(0)
})
