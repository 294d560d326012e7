import type { AudienceChange } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { noon } from '../make/event.ts'
import { compareChanges } from './compare-changes.ts'
import type { ExpectedChange } from './simulate.ts'

const expected = (audience: string, seq: number, fields: Partial<ExpectedChange> = {}): ExpectedChange => ({
  type: 'audience.entered',
  audience,
  version: 1,
  seq,
  cause: 'event',
  causeIds: ['m1', 'm2'],
  effectiveAt: noon,
  ...fields,
})

const emitted = (audience: string, seq: number, fields: Partial<AudienceChange> = {}): AudienceChange => {
  const { causeIds: _, ...common } = expected(audience, seq)
  const rest = { profileId: 'p', emittedAt: noon, identifiers: [], traits: {}, consent: {} }
  return { id: `p:${audience}:${seq}`, causeId: 'm2', ...common, ...rest, ...fields }
}

const byTime = { cause: 'time', effectiveAt: noon + 1 } as const

test.each<[string, ExpectedChange[], AudienceChange[], number]>([
  ['the same', [expected('a', 1)], [emitted('a', 1)], 0],
  ['nothing', [], [], 0],
  [
    'the order within an evaluation is free',
    [expected('a', 1), expected('b', 2)],
    [emitted('b', 1), emitted('a', 2)],
    0,
  ],
  ['what arrives out of order', [expected('a', 1), expected('b', 2)], [emitted('b', 2), emitted('a', 1)], 0],
  ['one missing', [expected('a', 1)], [], 1],
  ['one too many', [], [emitted('a', 1)], 1],
  ['another instant', [expected('a', 1)], [emitted('a', 1, { effectiveAt: noon + 1 })], 1],
  ['another version', [expected('a', 1)], [emitted('a', 1, { version: 2 })], 1],
  ['another cause', [expected('a', 1)], [emitted('a', 1, { cause: 'consent' })], 1],
  ['an id of no event of the request', [expected('a', 1)], [emitted('a', 1, { causeId: 'm3' })], 1],
  ['a time that names an event', [expected('a', 1, { ...byTime, causeIds: [null] })], [emitted('a', 1, byTime)], 1],
  ['a gap', [expected('a', 1), expected('b', 2)], [emitted('a', 1), emitted('b', 3)], 1],
  ['another key', [expected('a', 1)], [emitted('a', 1, { id: 'p:a:2' })], 1],
])('AU6 %s', (_what, want, got, differences) => {
  expect(compareChanges('p', want, got)).toHaveLength(differences)
})
