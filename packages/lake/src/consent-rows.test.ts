import { decisionEvent, type Event } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { consentRows } from './consent-rows.ts'
import { hourlyKinds } from './kind.ts'
import { readParquet, writeParquet } from './parquet.ts'

const decision: Event = {
  messageId: 'm1',
  type: 'track',
  event: decisionEvent,
  anonymousId: 'a1',
  timestamp: 1_000,
  receivedAt: 2_000,
  source: 'web',
  properties: { source: 'banner', policyVersion: 3, shown: 'May we count visits?', proof: 'Agree' },
  context: { consent: { categoryPreferences: { ads: false, stats: true }, law: 'opt-in', region: 'IT' } },
}

test('CO1 a decision is a row for each purpose, with its whole record, as received', async () => {
  const rows = consentRows({ event: decision, profileId: 'P1' })
  const stored = await readParquet(hourlyKinds.consents, writeParquet(hourlyKinds.consents, rows))
  const both = {
    ...{ decided_at: 1_000, received_at: 2_000, message_id: 'm1', source: 'web', profile_id: 'P1' },
    ...{ anonymous_id: 'a1', user_id: null, via: 'banner', basis: 'expressed', law: 'opt-in', region: 'IT' },
    ...{ policy_version: '3', shown: 'May we count visits?', proof: 'Agree' },
    as_received: JSON.stringify({ properties: decision.properties, consent: decision.context!.consent }),
  }
  expect(stored).toEqual([
    { ...both, purpose: 'ads', is_granted: false },
    { ...both, purpose: 'stats', is_granted: true },
  ])
})

test('CO1 what carries a decision along is none', () => {
  expect(consentRows({ event: { ...decision, event: 'Product Viewed' }, profileId: 'P1' })).toEqual([])
})
