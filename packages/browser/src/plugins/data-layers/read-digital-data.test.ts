import { describe, expect, test } from 'vitest'
import { readEvent, readProfileId, readState } from './read-digital-data.ts'

const cycle: Record<string, unknown> = {}
cycle.cycle = cycle
const hostile = {
  get page(): never {
    throw new Error('no')
  },
}

test.each<[what: string, digitalData: unknown, wanted: unknown]>([
  [
    'all but its events',
    { page: { pageInfo: { pageID: 'Home' } }, product: [{ productInfo: { productID: 'a' } }], event: [{}] },
    { page: { pageInfo: { pageID: 'Home' } }, product: [{ productInfo: { productID: 'a' } }] },
  ],
  ['none', undefined, undefined],
  ['null', null, undefined],
  ['text', 'x', undefined],
  ['a cycle', cycle, undefined],
  ['a getter that throws', hostile, undefined],
])('the state of %s', (_what, digitalData, wanted) => {
  const state = readState(digitalData)
  expect(state && JSON.parse(state)).toEqual(wanted)
})

test.each<[what: string, entry: unknown, wanted: unknown]>([
  [
    'the W3C’s form',
    {
      eventInfo: { eventName: 'Add to Cart', eventAction: 'click', effect: 'one more' },
      category: { primaryCategory: 'Cart' },
      attributes: { sku: 'a' },
    },
    { event: 'Add to Cart', eventAction: 'click', effect: 'one more', category: { primaryCategory: 'Cart' }, sku: 'a' },
  ],
  ['a name alone', { eventInfo: { eventName: 'x' } }, { event: 'x' }],
  ['a name in the attributes is none', { eventInfo: {}, attributes: { event: 'x' } }, undefined],
  ['an empty name', { eventInfo: { eventName: '' } }, undefined],
  ['a name that is no text', { eventInfo: { eventName: 5 } }, undefined],
  ['no eventInfo', { event: 'x' }, undefined],
  ['null', null, undefined],
  ['text', 'x', undefined],
])('the event of %s', (_what, entry, wanted) => {
  expect(readEvent(entry)).toEqual(wanted)
})

const withId = (profileID: unknown) => ({ user: [{ profile: [{ profileInfo: { profileID } }] }] })

describe('the profile’s id', () => {
  test.each<[what: string, digitalData: unknown, wanted: string | undefined]>([
    ['text', withId('u1'), 'u1'],
    ['a number', withId(7), '7'],
    ['empty', withId(''), undefined],
    ['blank', withId(' '), undefined],
    ['an object', withId({}), undefined],
    ['missing', { user: [{}] }, undefined],
    ['no digital data', undefined, undefined],
  ])('%s', (_what, digitalData, wanted) => {
    expect(readProfileId(digitalData)).toBe(wanted)
  })
})
