import { expect, test } from 'vitest'
import { consent, identify, makeEvent, noon, track } from '../make/event.ts'
import { dayMs } from './calendar.ts'
import { record } from './history.ts'
import { campaignOf, consentOf, hasIdentifier, isAllowed, summaryOf, traitsOf } from './profile.ts'

test('ID13 of a trait the latest value wins, whatever the order of arrival; null removes it', () => {
  const history = record(
    [],
    [
      identify({ plan: 'pro', city: 'Rome' }, noon + 2),
      identify({ plan: 'free', age: 30, city: 'Bari' }, noon),
      identify({ age: null }, noon + 1),
      makeEvent({ type: 'group', traits: { plan: 'team' }, timestamp: noon + 9 }),
    ],
  )
  expect(traitsOf(history)).toEqual({ plan: 'pro', city: 'Rome' })
})

test('CO1 the latest decision on each purpose counts', () => {
  const history = record([], [consent({ a: true, b: true }, noon + 1), consent({ a: false, c: false }, noon)])
  expect(consentOf(history)).toEqual({ a: 'granted', b: 'granted', c: 'denied' })
})

test('CO4 of merged sides the most restrictive decision counts until a newer one is made', () => {
  const own = consent({ a: true, b: true, c: false }, noon + 1)
  const other = { ...consent({ a: false, c: true, d: true }, noon + 2), mergeId: 'm', anonymousId: 'other' }
  const merges = [{ mergeId: 'm', at: noon + 5 }]
  const combined = { a: 'denied', b: 'granted', c: 'denied', d: 'granted' }
  expect(consentOf([own, other], merges)).toEqual(combined)
  expect(consentOf([own, other, consent({ a: true }, noon + 6)], merges)).toEqual({ ...combined, a: 'granted' })
  const carried = { ...consent({ a: true }, noon + 6), event: 'Page Seen' }
  expect(consentOf([own, other, carried], merges)).toEqual(combined)
  const implied = consent({ a: true }, noon + 6, { properties: { basis: 'implied' } })
  expect(consentOf([own, other, implied], merges)).toEqual(combined)
})

test.each([
  [[], 'opt-in', true],
  [['yes'], 'opt-in', true],
  [['yes', 'no'], 'opt-out', false],
  [['yes', 'open'], 'opt-in', false],
  [['yes', 'open'], 'opt-out', true],
] as const)('CO2, CO3: ALL of %j under %s: %s', (purposes, policy, expected) => {
  expect(isAllowed(purposes, { consent: { yes: 'granted', no: 'denied' }, policy })).toBe(expected)
})

test('ID2 a value that identifies nobody is no identifier', () => {
  const own = [{ type: 'email', from: 'traits.email' }]
  const history = [identify({ email: 'ada@example.com' }, noon, { userId: ' Null ' })]
  expect(hasIdentifier(history, 'email', own)).toBe(true)
  expect(hasIdentifier(history, 'user_id', own)).toBe(false)
  expect(hasIdentifier(history, 'anonymous_id', own)).toBe(true)
  expect(hasIdentifier(history, 'email', [])).toBe(false)
})

test('AU: touches are the campaigns of the first and the last event that name one', () => {
  const by = (source: string, at: number) => track('Seen', at, {}, { context: { campaign: { source } } })
  const history = record([], [by('mail', noon + 2), by('ads', noon), track('Seen', noon + 3)])
  expect(campaignOf(history, 'first')).toEqual({ source: 'ads' })
  expect(campaignOf(history, 'last')).toEqual({ source: 'mail' })
  expect(campaignOf([track('Seen', noon)], 'last')).toBeUndefined()
})

test('AU4 an event that came too late is counted, and is neither first nor last', () => {
  const old = track('Seen', noon - 31 * dayMs, {}, { receivedAt: noon })
  expect(summaryOf(record([], [old, track('Seen', noon)]))).toEqual({ Seen: { count: 2, first: noon, last: noon } })
})
