import { expect, test } from 'vitest'
import type { Delivery } from './delivery.ts'
import type { DestinationKind } from './destination-kind.ts'
import { destinationKinds } from './kinds.ts'
import { change, event, exited } from './testing/deliveries.ts'

const groupOf = (type: string, settings: unknown, delivery: Delivery): string | undefined =>
  (destinationKinds.get(type) as unknown as DestinationKind<unknown>).group?.(delivery, settings)

const meta = { datasetId: '123456', customAudiences: { buyers: '11111', others: '22222' } }
const googleAds = { userLists: { buyers: '1', others: '2' } }

test.each<[what: string, type: string, settings: unknown, one: Delivery, other: Delivery, isShared: boolean]>([
  ['an entry and an exit of Meta', 'meta', meta, change(), exited(), false],
  ['two audiences of Meta', 'meta', meta, change(), change({ audience: 'others' }), false],
  ['an event and a change of Meta', 'meta', meta, change(), event(), false],
  ['two profiles of one audience of Meta', 'meta', meta, change(), change({ profileId: 'p2' }), true],
  ['an entry and an exit of Google', 'google-ads', googleAds, change(), exited(), false],
  ['two lists of Google', 'google-ads', googleAds, change(), change({ audience: 'others' }), false],
  ['two clients of GA4', 'ga4', {}, event(), event({ anonymousId: 'a2' }), false],
  ['a client of GA4 before and after it signs in', 'ga4', {}, event(), event({ userId: undefined as never }), false],
  ['an event and a change of one client of GA4', 'ga4', {}, event(), change(), true],
  ['an entry and an exit of a template', 'http', {}, change(), exited(), false],
  ['two entries of a template', 'http', {}, change(), change({ profileId: 'p2' }), true],
  ['a test and another', 'ga4', {}, change(), { ...change(), isTest: true }, false],
])('%s', (_what, type, settings, one, other, isShared) => {
  expect(groupOf(type, settings, one) === groupOf(type, settings, other)).toBe(isShared)
})
