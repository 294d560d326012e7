import { expect, test } from 'vitest'
import { type DecisionRecord, readDecision } from './decision-record.ts'
import type { Event } from './event.ts'
import type { JsonObject } from './json.ts'

const decision = (properties?: JsonObject, context: JsonObject = {}): Event => ({
  messageId: 'm1',
  type: 'track',
  event: 'Segment Consent Preference Updated',
  source: 'web',
  timestamp: 1_000,
  receivedAt: 2_000,
  ...(properties && { properties }),
  context,
})

const chosen = (more: JsonObject = {}) => ({ consent: { categoryPreferences: { a: true, b: false }, ...more } })

// biome-ignore format: a row a rule
const rows: [what: string, event: Event, expected: Partial<DecisionRecord>][] = [
  ['when, by which event and source, what', decision({}, chosen()), { messageId: 'm1', decidedAt: 1_000, receivedAt: 2_000, source: 'web', choice: { a: true, b: false } }],
  ['nobody said how', decision(), { via: null, policyVersion: null, shown: null, proof: null, basis: 'expressed' }],
  ['what took it, and what was shown', decision({ source: 'banner', shown: 'We ask', proof: 'Yes' }), { via: 'banner', shown: 'We ask', proof: 'Yes' }],
  ['a version that is a number', decision({ policyVersion: 3 }), { policyVersion: '3' }],
  ['what is no text is no proof', decision({ proof: { a: 1 }, shown: true, source: '' }), { proof: null, shown: null, via: null }],
  ['what nobody chose', decision({ basis: 'implied' }), { basis: 'implied' }],
  ['the law and the place, as the collector says', decision({}, chosen({ law: 'opt-out', region: 'US-CA' })), { law: 'opt-out', region: 'US-CA' }],
  ['a law that there is not', decision({}, chosen({ law: 'mine' })), { law: null, region: null }],
  ['all of it as received', decision({ cmpId: 7 }, { ...chosen({ gpc: true }), consentManagement: { provider: 'x' } }), { received: { properties: { cmpId: 7 }, consentManagement: { provider: 'x' }, consent: { categoryPreferences: { a: true, b: false }, gpc: true } } }],
]

test.each(rows)('CO1 the record of a decision: %s', (_what, event, expected) => {
  expect(readDecision(event)).toMatchObject(expected)
})

test('CO1 an event that carries along what was decided is no decision', () => {
  expect(readDecision({ ...decision({}, chosen()), event: 'Page Seen' })).toBeUndefined()
  expect(readDecision({ ...decision({}, chosen()), type: 'page' })).toBeUndefined()
})
