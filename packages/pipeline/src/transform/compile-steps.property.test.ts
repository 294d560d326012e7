import { cleanJson, type Event, type JsonObject } from '@spartito/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTransform } from './compile-steps.ts'
import { castTypes, normalForms, type Step } from './step.ts'
import { ports, track } from './testing.ts'

const names = ['a', 'b', 'items', 'x']
const name = fc.constantFrom(...names)
const root = fc.constantFrom('properties', 'traits', 'context')
const own = fc.constantFrom('userId', 'groupId', 'name', 'category')
const target = fc.oneof(
  own,
  fc.tuple(root, fc.array(name, { minLength: 1, maxLength: 3 })).map(([first, keys]) => [first, ...keys].join('.')),
)
const field = fc.oneof(
  target,
  fc.tuple(root, name, name).map(([first, list, key]) => `${first}.${list}[*].${key}`),
  fc.tuple(root, name).map(([first, list]) => `${first}.${list}[*][*]`),
)
const value = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ rename: fc.dictionary(target, target, { minKeys: 1, maxKeys: 3 }) }),
  fc.record({
    mapValues: field,
    to: fc.dictionary(fc.string(), value, { maxKeys: 3 }),
    otherwise: fc.constantFrom('keep', 'drop', 'fail'),
  }),
  fc.record({ cast: fc.dictionary(field, fc.constantFrom(...castTypes), { minKeys: 1, maxKeys: 3 }) }),
  fc.record({ normalize: field, by: fc.subarray([...normalForms], { minLength: 1 }) }),
  fc.record({ derive: target, from: target }),
  fc.record({ derive: target, template: target.map((path) => `{${path}}-{event}-{${path}}`) }),
  fc.record({ derive: target, value }),
  fc.record({ hash: field }),
  fc.record({ drop: fc.array(field, { minLength: 1, maxLength: 3 }) }),
  fc.record({ renameEvent: fc.constant({ Viewed: 'Seen' }) }),
) as fc.Arbitrary<Step>

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    value,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(name, tie('json'), { maxKeys: 4 }),
  ),
}))
const object = fc.dictionary(name, json, { maxKeys: 4 }) as unknown as fc.Arbitrary<JsonObject>
const event = fc
  .record(
    { properties: object, traits: object, context: object, userId: fc.string({ minLength: 1 }) },
    { requiredKeys: [] },
  )
  .map((more) => JSON.parse(JSON.stringify(track(more as Partial<Event>))) as Event)

const owned = (its: Event) => [its.messageId, its.type, its.anonymousId, its.timestamp, its.receivedAt, its.source]

test('TR11 whatever the steps and the event: nothing throws, nothing that was sent is altered, what comes is an event', () => {
  fc.assert(
    fc.property(event, fc.array(step, { minLength: 1, maxLength: 6 }), (sent, steps) => {
      const before = JSON.stringify(sent)
      const result = compileTransform([{ sources: ['web'], steps }], 'web')!({ event: sent, json: before }, ports)
      expect(JSON.stringify(sent)).toBe(before)
      if (!result.ok) {
        expect(result.error.code).toBe('transform_error')
        return
      }
      const made = result.value
      expect(made.json).toBe(JSON.stringify(made.event))
      expect(owned(made.event)).toEqual(owned(sent))
      const cleaned = cleanJson(made.event, 'event', 1)
      expect(cleaned.ok && JSON.stringify(cleaned.value)).toBe(made.json)
      for (const text of [made.event.userId, made.event.name]) expect(['string', 'undefined']).toContain(typeof text)
    }),
    { numRuns: 2_000 },
  )
})
