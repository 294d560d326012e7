import { readFileSync } from 'node:fs'
import { isBlockedValue } from '@spartito/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeAs } from './normalize-as.ts'
import { isPhoneCountry } from './phone.ts'

interface Vector {
  rule: string
  type: string
  country?: string
  sent: unknown
  identifier: string | null
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../protocol/vectors/identifiers.json', import.meta.url), 'utf8'),
) as { cases: Vector[] }

describe('golden vectors', () => {
  test.each(cases.map((vector) => [vector.rule, vector] as const))('%s', (_rule, { sent, identifier, ...type }) => {
    expect(normalizeAs(type, sent) ?? null).toBe(identifier)
  })
})

describe('ID1 what a country decides', () => {
  const read: [what: string, country: string, sent: string, identifier: string | undefined][] = [
    [
      'a national number that begins as the whole one does, but is too short for it',
      'IT',
      '392 123 4567',
      '+393921234567',
    ],
    ['a whole number without +, too long for a national one', 'IT', '39 392 123 4567', '+393921234567'],
    ['a whole number without +, that is a number of Leer as well', 'DE', '49 170 1234567', undefined],
    ['the number in Leer, as it is dialled', 'DE', '0491 701234', '+49491701234'],
    ['a trunk prefix of 8', 'RU', '8 912 345-67-89', '+79123456789'],
    ['an emergency number', 'DE', '112', undefined],
  ]
  test.each(read)('%s', (_what, country, sent, identifier) => {
    expect(normalizeAs({ type: 'phone', country }, sent)).toBe(identifier)
  })

  test.each([
    ['DE', true],
    ['US', true],
    ['de', false],
    ['UK', false],
    ['XX', false],
    ['constructor', false],
    ['', false],
  ])('"%s" is a country: %s', (country, is) => {
    expect(isPhoneCountry(country)).toBe(is)
  })
})

test('ID1 a phone that was normalized stays as it is, with a country or without', () => {
  const digits = fc.stringMatching(/^[0-9]{4,15}$/)
  const sent = fc.oneof(
    digits.map((of) => `+${of}`),
    digits,
    fc.string({ unit: fc.constantFrom(...'+0123456789 ()-./x#;tel') }),
  )
  const country = fc.constantFrom(undefined, 'DE', 'US', 'IT', 'AR', 'MX', 'BR', 'RU', 'CI')
  let identifiers = 0
  fc.assert(
    fc.property(sent, country, country, (text, of, other) => {
      const once = normalizeAs({ type: 'phone', ...(of && { country: of }) }, text)
      if (once === undefined || isBlockedValue(once)) return
      identifiers++
      expect(once).toMatch(/^\+[1-9][0-9]{4,14}$/)
      expect(normalizeAs({ type: 'phone', ...(other && { country: other }) }, once)).toBe(once)
    }),
    { numRuns: 5_000 },
  )
  expect(identifiers).toBeGreaterThan(100)
})
