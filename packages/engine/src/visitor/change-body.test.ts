import { type IdentifierClass, type JsonObject, utf8Bytes } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { identify, noon, page, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { changeBody } from './change-body.ts'
import type { KnownIdentifier, VisitorState } from './state.ts'

const known = (
  value: string,
  more: Partial<KnownIdentifier> = {},
  itsClass: IdentifierClass = 'device',
): KnownIdentifier => ({
  type: itsClass === 'contact' ? 'email' : 'anonymous_id',
  value,
  class: itsClass,
  verified: false,
  firstSeen: noon,
  lastSeen: noon,
  ...more,
})

const stateWith = (identifiers: KnownIdentifier[], decided: JsonObject = {}): VisitorState => {
  const visitor = createVisitor([])
  visitor.send([page(noon, { context: { consent: { categoryPreferences: decided } } })])
  return { ...visitor.state, identifiers }
}

/** A value of 255 units that takes 765 bytes, so that about 60 of them fit. */
const long = (name: string): string => name + '€'.repeat(255 - name.length)
const flood = (count: number, more: Partial<KnownIdentifier> = {}): KnownIdentifier[] =>
  Array.from({ length: count }, (_, n) => known(long(`flood${n}-`), { lastSeen: noon + 1, ...more }))

describe('PR2 a change fits its message', () => {
  const tables: [rule: string, identifiers: KnownIdentifier[], kept: string[]][] = [
    ['the host, though it is not among the identifiers', flood(1_000), ['a']],
    ['one that is verified', [known('v', { verified: true }), ...flood(1_000)], ['v']],
    ['a stronger one', [known('e', {}, 'contact'), ...flood(1_000)], ['e']],
    ['a newer one', [known('n', { lastSeen: noon + 2 }), ...flood(1_000)], ['n']],
    ['an older one that is small enough', [...flood(1_000), known('o', { lastSeen: 1 })], ['o']],
  ]

  test.each(tables)('of too many identifiers it holds %s', (_rule, identifiers, kept) => {
    const state = stateWith(identifiers)
    const body = changeBody(state)
    expect(body.truncated).toBe(true)
    expect(body.identifiers[0]).toEqual({ type: 'anonymous_id', value: 'a' })
    expect(body.identifiers.map(({ value }) => value)).toEqual(expect.arrayContaining(kept))
    expect(body.identifiers.length).toBeGreaterThan(50)
    expect(utf8Bytes(JSON.stringify(body.identifiers))).toBeLessThanOrEqual(48 * 1024)
  })

  test('the same identifiers in another order are cut alike', () => {
    const all = flood(200)
    const sorted = (identifiers: KnownIdentifier[]) =>
      changeBody(stateWith(identifiers))
        .identifiers.map(({ value }) => value)
        .sort()
    expect(sorted(all.toReversed())).toEqual(sorted(all))
  })

  test('1,000 usual identifiers of 36 characters are cut, 500 are not', () => {
    const uuids = Array.from({ length: 1_000 }, (_, n) => known(`${n}`.padStart(36, '0')))
    expect(changeBody(stateWith(uuids.slice(0, 500)))).not.toHaveProperty('truncated')
    expect(changeBody(stateWith(uuids))).toMatchObject({ truncated: true })
  })

  test('a refused identifier is not of the profile', () => {
    expect(changeBody(stateWith([known('b', { isRefused: true })])).identifiers).toEqual([
      { type: 'anonymous_id', value: 'a' },
    ])
  })

  test('of too many decisions the denials stay, so that nobody is delivered who said no', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${'p'.repeat(50)}${n}`, true]))
    const { consent, truncated } = changeBody(stateWith([], { ...many, marketing: false }))
    expect(truncated).toBe(true)
    expect(consent.marketing).toBe('denied')
    expect(utf8Bytes(JSON.stringify(consent))).toBeLessThanOrEqual(8 * 1024)
  })

  test('a change of a profile at all its bounds has less than 100 KB', () => {
    const visitor = createVisitor([{ id: 'it', when: { event: 'Bought' } }])
    const purposes = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [long(`${n}-`).slice(0, 80), false]))
    visitor.send([identify({ a: '€'.repeat(5_400) }, noon), identify({ b: 'b'.repeat(16_000) }, noon + 1)])
    visitor.send([page(noon + 2, { context: { consent: { categoryPreferences: purposes } } })])
    visitor.restore({ ...visitor.state, identifiers: flood(1_000) })
    const [change] = visitor.send([track('Bought', noon + 3, {}, { messageId: long('m') })]).changes
    const bytes = utf8Bytes(JSON.stringify(change))
    expect(bytes).toBeGreaterThan(80 * 1024)
    expect(bytes).toBeLessThan(100 * 1024)
    expect(change).toMatchObject({ audience: 'it', truncated: true })
  })

  test('ID13 a removed trait is in no change', () => {
    const visitor = createVisitor([{ id: 'it', when: { event: 'Bought' } }])
    visitor.send([identify({ plan: 'pro', city: 'Rome' }, noon), identify({ plan: null }, noon + 1)])
    const [change] = visitor.send([track('Bought', noon + 2)]).changes
    expect(change!.traits).toEqual({ city: 'Rome' })
    expect(change).not.toHaveProperty('truncated')
  })
})
