import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldCase, isBlockedValue, normalizeIdentifier } from './identifier.ts'
import { limits } from './limits.ts'

interface Vectors {
  cases: { rule: string; type: string; sent: unknown; identifier: string | null }[]
  nobody: (string | number)[]
  somebody: string[]
}

const vectors = JSON.parse(readFileSync(new URL('../vectors/identifiers.json', import.meta.url), 'utf8')) as Vectors

describe('golden vectors, but for phones', () => {
  const cases = vectors.cases.filter(({ type }) => type !== 'phone')
  test.each(cases.map((vector) => [vector.rule, vector] as const))('%s', (_rule, { type, sent, identifier }) => {
    expect(normalizeIdentifier(type, sent) ?? null).toBe(identifier)
  })

  test.each(vectors.nobody)('ID2 %j identifies nobody, as a user, an address or a phone', (sent) => {
    for (const type of ['user_id', 'email', 'phone'])
      expect(isBlockedValue(normalizeIdentifier(type, sent)!)).toBe(true)
  })

  test.each(vectors.somebody)('ID2 %s does', (sent) => {
    expect(isBlockedValue(normalizeIdentifier('user_id', sent)!)).toBe(false)
  })
})

const normalized: [rule: string, type: string, value: unknown, expected: string | undefined][] = [
  ['ID1 -0 is 0, which identifies nobody', 'user_id', -0, '0'],
  ['ID1 NaN is none', 'user_id', Number.NaN, undefined],
  ['ID1 an infinite number is none', 'user_id', Number.POSITIVE_INFINITY, undefined],
  ['ID1 a small number as JavaScript writes it', 'user_id', 1e-7, '1e-7'],
  ['WI10 a lone surrogate is replaced', 'user_id', 'a\ud800', 'a\ufffd'],
  ['ID1 no phone is an identifier for who cannot read one', 'phone', '+491701234567', undefined],
]

test.each(normalized)('%s', (_rule, type, value, expected) => {
  expect(normalizeIdentifier(type, value)).toBe(expected)
})

test("ID2 the workspace's own values are compared without case", () => {
  expect(isBlockedValue('DeMo', [foldCase('Demo')])).toBe(true)
  expect(isBlockedValue('demos', ['demo'])).toBe(false)
})

describe('properties', () => {
  // `binary` reaches every code point, lone surrogates too; the small alphabet makes addresses and clashes likely.
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(...'aA\u00c9e\u0301\u0130\u03a3 \u00a0\ufeff\0@.-_1:/\ud83c\udfb5'),
      maxLength: 20,
    }),
  )
  const domain = fc.oneof(fc.domain(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }))
  const address = fc.tuple(anyText, domain).map(([local, of]) => `${local}@${of}`)
  const type = fc.constantFrom('user_id', 'anonymous_id', 'email')
  const sent = fc.oneof(anyText, address, fc.double())

  test('ID1 to normalize twice is to normalize once', () => {
    fc.assert(
      fc.property(type, sent, (of, value) => {
        const once = normalizeIdentifier(of, value)
        if (once !== undefined) expect(normalizeIdentifier(of, once)).toBe(once)
      }),
      { numRuns: 5_000 },
    )
  })

  test('ID1 no identifier has more than 255 characters, blanks around it, or text that a store would change', () => {
    fc.assert(
      fc.property(type, sent, (of, value) => {
        const text = normalizeIdentifier(of, value) ?? ''
        expect(text.length).toBeLessThanOrEqual(limits.identifierLength)
        expect([text.trim(), text.normalize('NFC'), text.toWellFormed(), text.replaceAll('\0', '')]).toEqual(
          Array(4).fill(text),
        )
      }),
      { numRuns: 5_000 },
    )
  })

  test('ID1 what is equal in NFC is one identifier, with blanks around it or without', () => {
    fc.assert(
      fc.property(fc.constantFrom('user_id', 'email'), fc.oneof(anyText, address), (of, value) => {
        const text = value.toWellFormed().replaceAll('\0', '')
        const wanted = normalizeIdentifier(of, text)
        for (const form of ['NFC', 'NFD'] as const) {
          const other = text.normalize(form)
          expect(normalizeIdentifier(of, ` ${other}\n`)).toBe(wanted)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  test('ID1 an address has one form whatever its case', () => {
    const ascii = fc.tuple(fc.stringMatching(/^[a-z0-9.+_-]{1,20}$/), fc.domain()).map((parts) => parts.join('@'))
    fc.assert(
      fc.property(ascii, (value) => {
        expect(normalizeIdentifier('email', value.toUpperCase())).toBe(value)
        expect(normalizeIdentifier('email', value)).toBe(value)
      }),
      { numRuns: 2_000 },
    )
  })
})
