import { describe, expect, test } from 'vitest'
import { day, identify, noon, page } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import type { KnownIdentifier } from '../visitor/state.ts'
import { roomFor } from './limits.ts'

const known = (count: number, its: Partial<KnownIdentifier>): KnownIdentifier[] =>
  Array.from({ length: count }, (_, n) => ({
    type: 'anonymous_id',
    class: 'device',
    value: `d${n}`,
    verified: false,
    firstSeen: noon,
    lastSeen: noon + n,
    ...its,
  }))
const contacts = (count: number) => known(count, { type: 'email', class: 'contact' })
const full = { kind: 'full', code: 'too_many_identifiers' }

describe('ID10 one more identifier', () => {
  test.each<[rule: string, room: ReturnType<typeof roomFor>, expected: unknown]>([
    ['a fifth address joins', roomFor(contacts(4), 'contact', 0, noon), { kind: 'room' }],
    ['a sixth does not', roomFor(contacts(5), 'contact', 0, noon), full],
    [
      'an address that was refused holds no place',
      roomFor(known(5, { class: 'contact', isRefused: true }), 'contact', 0, noon),
      { kind: 'room' },
    ],
    ['a 20th device joins', roomFor(known(19, {}), 'device', 0, noon + day), { kind: 'room' }],
    ['a 21st does not while all were seen within 90 days', roomFor(known(20, {}), 'device', 0, noon + 89 * day), full],
    [
      'later it takes the place of the oldest idle one',
      roomFor(known(20, {}), 'device', 0, noon + 91 * day),
      { kind: 'room', unlinked: { value: 'd0' } },
    ],
    ['the 101st merge is not made', roomFor([], 'device', 100, noon), { kind: 'full', code: 'too_many_merges' }],
    ['nor does a group join past a thousand', roomFor(known(1_000, { class: 'group' }), 'group', 0, noon), full],
  ])('%s', (_rule, room, expected) => {
    expect(room).toMatchObject(expected as object)
  })
})

describe('ID10 a profile that many claim', () => {
  const user = { userId: 'A' }
  const plan = planOf([])
  const claimed = (devices: number) => {
    const visitor = createVisitor(plan)
    visitor.restore({ ...visitor.state, self: { type: 'user_id', value: 'A', class: 'person' } })
    for (let n = 0; n < devices; n += 100)
      visitor.send(Array.from({ length: 100 }, (_, i) => page(noon + n + i, { ...user, anonymousId: `d${n + i}` })))
    return visitor
  }

  test('takes every event, links 20 devices, says why not the others, and stays small', () => {
    const { state } = claimed(10_000)
    expect(state.fragments.reduce((sum, { events }) => sum + events.page!.count, 0)).toBe(10_000)
    expect(Object.keys(state.claims)).toHaveLength(20)
    expect(state.identifiers).toHaveLength(21)
    expect(state.refusals).toHaveLength(100)
    expect(new Set(state.refusals.map(({ code }) => code))).toEqual(new Set(['too_many_identifiers']))
    expect(JSON.stringify(state).length).toBeLessThan(64 * 1024)
  })

  test('a device that comes when others are idle takes the place of the oldest, whose events stay', () => {
    const visitor = claimed(100)
    visitor.restore({ ...visitor.state, claims: {} })
    visitor.send([identify({}, noon + 100 * day, { ...user, anonymousId: 'new' })])
    const { identifiers, claims, fragments } = visitor.state
    expect(identifiers.some(({ value }) => value === 'd0')).toBe(false)
    expect(identifiers.some(({ value }) => value === 'new')).toBe(true)
    expect(claims['release anonymous_id:d0']).toMatchObject({ step: 'releasing' })
    expect(fragments.some(({ identifier }) => identifier.value === 'd0')).toBe(true)
  })
})
