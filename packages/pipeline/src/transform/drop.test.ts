import type { Event, JsonObject } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { compileTransform } from './compile-steps.ts'
import type { Step, When } from './step.ts'
import { after, ports, propertiesAfter, track } from './testing.ts'

const rows: [drop: string | string[], from: JsonObject, to: JsonObject][] = [
  ['properties.a', { a: 1, b: 2 }, { b: 2 }],
  [['properties.a', 'properties.b'], { a: 1, b: 2 }, {}],
  ['properties.o.a', { o: { a: 1, b: 2 } }, { o: { b: 2 } }],
  ['properties.l[*].a', { l: [{ a: 1, b: 2 }, 3] }, { l: [{ b: 2 }, 3] }],
  ['properties.l[*]', { l: [1, 2] }, { l: [] }],
  ['properties.l[*][*].a', { l: [[{ a: 1 }], 2] }, { l: [[{}], 2] }],
  ['properties.none.a', { a: 1 }, { a: 1 }],
]
test.each(rows)('TR9 drop %j of %j leaves %j', (drop, from, to) => {
  expect(propertiesAfter(from, { drop })).toEqual(to)
})

const whens: [when: When | undefined, event: Partial<Event>, isDropped: boolean][] = [
  [undefined, {}, true],
  [{ event: 'Viewed' }, {}, true],
  [{ event: 'Bought' }, {}, false],
  [{ event: ['Bought', 'Viewed'] }, {}, true],
  [{ event: 'page' }, { type: 'page' }, true],
  [{ type: 'page' }, {}, false],
  [{ type: ['page', 'track'] }, {}, true],
  [{ where: [{ path: 'properties.n', gt: 5 }] }, { properties: { n: 6 } }, true],
  [{ where: [{ path: 'properties.n', gt: 5 }] }, { properties: { n: '6' } }, false],
  [{ event: 'Viewed', where: [{ path: 'properties.n', exists: false }] }, {}, true],
  [{ where: [{ path: 'properties.l[*].s', any: true, eq: 1 }] }, { properties: { l: [{ s: 2 }, { s: 1 }] } }, true],
]
test.each(whens)('TR9 dropEvent when %j meets %j: %s', (when, event, isDropped) => {
  const result = after(track(event), { dropEvent: true, ...(when && { when }) })
  expect('code' in result).toBe(isDropped)
  if (isDropped)
    expect(result).toMatchObject({ code: 'filtered', message: 'transformations[0].steps[0] drops this event' })
})

describe('TR1', () => {
  test('the same event comes back when nothing changes it', () => {
    const event = track({ properties: { a: 1 } })
    const steps: Step[] = [
      { drop: 'properties.b' },
      { normalize: 'traits.email', by: ['trim'] },
      { rename: { 'properties.x': 'properties.y' } },
    ]
    expect(after(event, ...steps)).toBe(event)
  })

  test('what was sent is not altered', () => {
    const event = track({ properties: { a: { b: [{ c: ' x ' }] } } })
    const before = JSON.stringify(event)
    expect(after(event, { normalize: 'properties.a.b[*].c', by: ['trim'] })).not.toEqual(event)
    expect(JSON.stringify(event)).toBe(before)
  })

  test('a source that no transformation names has none', () => {
    expect(compileTransform([{ sources: ['web'], steps: [{ drop: 'properties.a' }] }], 'till')).toBeUndefined()
  })

  test('transformations of one source run in their order', () => {
    const transform = compileTransform(
      [
        { sources: ['web'], steps: [{ derive: 'properties.a', value: 1 }] },
        { sources: ['till', 'web'], steps: [{ rename: { 'properties.a': 'properties.b' } }] },
      ],
      'web',
    )!
    const event = track()
    expect(transform({ event, json: JSON.stringify(event) }, ports)).toMatchObject({
      value: { event: { properties: { b: 1 } } },
    })
  })

  test('TR10 route: the event counts for another source', () => {
    expect(after(track(), { route: 'app' })).toMatchObject({ source: 'app' })
  })
})

describe('TR12 a decision on consent', () => {
  const decision = track({ event: 'Segment Consent Preference Updated', properties: { a: 'x' } })
  test.each<[what: string, step: Step]>([
    ['is not dropped', { dropEvent: true }],
    ['is not routed', { route: 'app' }],
    ['is taken as it came when a step fails', { cast: { 'properties.a': 'number' } }],
  ])('%s', (_what, step) => {
    expect(after(decision, step)).toBe(decision)
  })
  test('loses what every event loses', () => {
    expect(after(decision, { drop: 'properties.a' })).toMatchObject({ properties: {} })
  })
})
