import { expect, test } from 'vitest'
import type { DestinationKind } from './destination-kind.ts'
import { readyHttp } from './http/ready.ts'
import { destinationKinds } from './kinds.ts'
import { sampleFor } from './sample.ts'

const kindOf = (type: string) => destinationKinds.get(type) as unknown as DestinationKind<unknown>
const { slack } = readyHttp
const entries = { entered: slack.entered }

test.each<[what: string, type: string, settings: unknown, audiences: string[], sample: string]>([
  ['the exit of somebody who never was in', 'webhook', {}, ['buyers'], 'audience.exited buyers'],
  ['an event where there is no audience', 'webhook', {}, [], 'Spartito Test'],
  ['an entry where exits have no request', 'http', entries, ['buyers'], 'audience.entered buyers'],
  ['an event where changes have none', 'http', { event: slack.entered }, ['buyers'], 'Spartito Test'],
  ['an audience that the settings have', 'meta', { customAudiences: { b: '1' } }, ['a', 'b'], 'audience.exited b'],
  ['what it will be skipped for, where nothing is of use', 'meta', { datasetId: '1' }, ['a'], 'audience.exited a'],
  ['a test event of Meta', 'meta', { datasetId: '1', testEventCode: 'T' }, ['a'], 'Spartito Test'],
])('a destination is tried with %s', (_what, type, settings, audiences, sample) => {
  const delivery = sampleFor(kindOf(type), settings, audiences, 1_000)
  expect(delivery.isTest).toBe(true)
  expect(delivery.id).not.toContain('.')
  const told = delivery.kind === 'change' ? `${delivery.change.type} ${delivery.change.audience}` : delivery.event.event
  expect(told).toBe(sample)
})
