import type { Json, JsonObject } from '@spartito/protocol'
import { utf8Bytes } from '@spartito/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, identify, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { viewProfile } from '../visitor/read.ts'
import { maxTraitBytes } from './bounds.ts'

type Visitor = ReturnType<typeof createVisitor>

const some = (count: number, prefix = 't', value: Json = 1): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, value]))
const view = (visitor: Visitor) => viewProfile(visitor.state, [])
const shown = (visitor: Visitor): JsonObject =>
  Object.fromEntries(Object.entries(view(visitor).traits).map(([name, { value }]) => [name, value]))
const refusals = (visitor: Visitor) =>
  view(visitor).refusals.map(({ code, trait, count }) => [code, trait, count] as const)

/** A text that takes so many bytes as JSON. */
const text = (bytes: number): string => 'x'.repeat(bytes - 2)
const half = text(16 * 1024)

let seconds = 0
const say = (visitor: Visitor, traits: JsonObject, anonymousId = 'a'): void => {
  visitor.send([identify(traits, noon + ++seconds * 1000, { anonymousId })])
}

// biome-ignore format: a row a rule
const tables: [rule: string, said: [JsonObject, device?: string][], expected: JsonObject, refused: ReturnType<typeof refusals>][] = [
  ['255 traits are kept', [[some(255)]], some(255), []],
  ['the 256th is not, and says so once an event', [[some(255)], [{ b: 1, c: 1 }]], some(255), [['too_many_traits', 'b', 2]]],
  ['what is known may change past that', [[some(255)], [{ t0: 2, b: 1 }]], { ...some(255), t0: 2 }, [['too_many_traits', 'b', 1]]],
  ['what is removed makes room, in the same event, too', [[some(255)], [{ b: 1, t0: null }]], (({ t0, ...rest }) => ({ ...rest, b: 1 }))(some(255)), []],
  ['a removed trait may come back only where there is room', [[some(255)], [{ t0: null, b: 1 }], [{ t0: 1 }]], (({ t0, ...rest }) => ({ ...rest, b: 1 }))(some(255)), [['too_many_traits', 't0', 1]]],
  ['the bound is of the profile, not of a device', [[some(200)], [some(100, 'u'), 'b']], { ...some(200), ...some(55, 'u') }, [['too_many_traits', 'u55', 45]]],
  ['devices that say the same take no room twice', [[some(200)], [some(200), 'b'], [some(55, 'u'), 'c']], { ...some(200), ...some(55, 'u') }, []],
  ['32 KB are kept, to the byte', [[{ a: half }], [{ b: text(16 * 1024 - 11) }]], { a: half, b: text(16 * 1024 - 11) }, []],
  ['a byte more is not', [[{ a: half }], [{ b: text(16 * 1024 - 10) }]], { a: half }, [['too_large_traits', 'b', 1]]],
  ['bytes are those of UTF-8', [[{ a: '€'.repeat(10_921) }]], {}, [['too_large_traits', 'a', 1]]],
  ['a value that does not fit leaves the one before', [[{ a: half, b: 1 }], [{ b: half }]], { a: half, b: 1 }, [['too_large_traits', 'b', 1]]],
  ['a smaller value always fits', [[{ a: half, b: text(16 * 1024 - 11) }], [{ b: 2 }], [{ c: text(8192) }]], { a: half, b: 2, c: text(8192) }, []],
  ['what one device replaces is counted once', [[{ a: half }], [{ a: text(15 * 1024), b: text(16 * 1024) }, 'b']], { a: text(15 * 1024), b: text(16 * 1024) }, []],
  ['the same refusal again is kept once', [[some(255)], [{ b: 1 }], [{ b: 1 }]], some(255), [['too_many_traits', 'b', 1]]],
]

describe('PR2 traits of a profile', () => {
  test.each(tables)('%s', (_rule, said, expected, refused) => {
    const visitor = createVisitor([])
    for (const [traits, device] of said) say(visitor, traits, device)
    expect(shown(visitor)).toEqual(expected)
    expect(refusals(visitor)).toEqual(refused)
  })

  test('the event of a refused trait is accepted, and its evidence names it', () => {
    const visitor = createVisitor([])
    say(visitor, some(255))
    const event = identify({ b: 1 }, noon + day)
    expect(visitor.send([event])).toMatchObject({ accepted: 1 })
    const evidence = { at: noon + day, identifier: { type: 'anonymous_id', value: 'a' }, messageId: event.messageId }
    expect(view(visitor).refusals).toMatchObject([evidence])
  })

  test('a refused trait enters no audience', () => {
    const visitor = createVisitor([{ id: 'b', when: { trait: 'b', exists: true } }])
    say(visitor, some(255))
    say(visitor, { b: 1 })
    expect(visitor.audiences).toEqual([])
  })

  test('an older value that comes later does not undo a removal; of 255 removals that is known', () => {
    const visitor = createVisitor([])
    visitor.send([identify(some(1, 'kept', null), noon + 2)])
    for (const n of [0, 1, 2]) visitor.send([identify(some(100, `gone${n}-`, null), noon + 3 + n)])
    expect(Object.keys(visitor.state.fragments[0]!.traits)).toHaveLength(255)
    visitor.send([identify({ 'gone2-0': 1 }, noon, { receivedAt: noon + 9 })])
    expect(shown(visitor)).toEqual({})
  })

  test('a merge keeps what each side had; of both the newest are shown, whoever joined', () => {
    const sides = () => {
      const [one, other] = [createVisitor([]), createVisitor([], 'b')] as const
      one.send([identify(some(200), noon)])
      other.send([identify(some(200, 'u'), noon + 1, { anonymousId: 'b', messageId: 'u' })])
      return [one, other] as const
    }
    const [one, other] = sides()
    one.merge(other, noon + 2)
    const [two, another] = sides()
    another.merge(two, noon + 2)
    expect(shown(one)).toEqual(shown(another))
    expect(Object.keys(shown(one)).filter((name) => name.startsWith('u'))).toHaveLength(200)
    expect(Object.keys(shown(one))).toHaveLength(255)
    expect(view(one).traitsLeftOut).toBe(145)
    expect(one.state.fragments.map(({ traits }) => Object.keys(traits).length)).toEqual([200, 200])
  })

  const value = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 12 }).map((kb) => text(kb * 1024)),
    fc.constantFrom<Json>(1, true, '€', { deep: ['"'] }),
  )
  const said = fc.record({
    traits: fc.dictionary(fc.constantFrom(...'abcdefgh'), value, { maxKeys: 5 }),
    device: fc.constantFrom('a', 'b', 'c'),
    place: fc.integer({ min: 0, max: 20 }),
  })

  test('whatever is said in whatever order: within the bounds, or refused', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 25 }), (all) => {
        const visitor = createVisitor([])
        const winners: Record<string, { place: number; value: Json }> = {}
        for (const [index, { traits, device, place }] of all.entries()) {
          const messageId = `m${String(index).padStart(2, '0')}`
          const timestamp = noon + place
          const before = refusals(visitor).length
          visitor.send([
            identify(traits, timestamp, { anonymousId: device, messageId, receivedAt: noon + 100 + index }),
          ])
          for (const [name, value] of Object.entries(traits))
            if (place >= (winners[name]?.place ?? -1)) winners[name] = { place, value }
          if (before > 0) continue
          // Until something is refused, what is shown is what won.
          const expected = Object.entries(winners).filter(([, { value }]) => value !== null)
          const asJson = JSON.stringify(Object.fromEntries(expected.map(([name, { value }]) => [name, value])))
          if (refusals(visitor).length === 0) expect(shown(visitor)).toEqual(JSON.parse(asJson))
        }
        expect(utf8Bytes(JSON.stringify(shown(visitor)))).toBeLessThanOrEqual(maxTraitBytes)
        expect(view(visitor)).not.toHaveProperty('traitsLeftOut')
      }),
    )
  })
})

describe('PR2 names of events', () => {
  const names = (count: number, prefix: string, anonymousId: string, from = noon) =>
    Array.from({ length: count }, (_, n) => track(`${prefix}${n}`, from + n, {}, { anonymousId }))

  test('500 of a profile are counted, the others together, and that is said', () => {
    const visitor = createVisitor([])
    visitor.send(names(300, 'x', 'a'))
    visitor.send(names(300, 'y', 'b', noon + 1000))
    visitor.send(names(300, 'x', 'c', noon + 2000))
    const { events } = view(visitor)
    expect(Object.keys(events)).toHaveLength(501)
    expect(events.x0).toEqual({ count: 2, first: noon, last: noon + 2000 })
    expect(events['(other)']).toEqual({ count: 100, first: noon + 1200, last: noon + 1299, isCut: true })
  })

  test('an event that is called so is an event', () => {
    const visitor = createVisitor([])
    visitor.send([track('(other)', noon)])
    expect(view(visitor).events).toEqual({ '(other)': { count: 1, first: noon, last: noon } })
  })

  test('a merge adds no names past that', () => {
    const [one, other] = [createVisitor([]), createVisitor([], 'b')]
    one.send(names(400, 'x', 'a'))
    other.send(names(400, 'y', 'b'))
    one.merge(other, noon + 1000)
    expect(Object.keys(view(one).events)).toHaveLength(501)
    expect(view(one).events['(other)']).toMatchObject({ count: 300, isCut: true })
  })

  test('a definition finds the events of names that were counted together', () => {
    const visitor = createVisitor([])
    visitor.send(names(501, 'x', 'a'))
    visitor.publish([{ id: 'it', when: { event: 'x500' } }])
    visitor.wake(noon + day)
    expect(visitor.audiences).toEqual(['it'])
  })
})
