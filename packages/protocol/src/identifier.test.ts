import { describe, expect, test } from 'vitest'
import { isBlockedValue, normalizeIdentifier } from './identifier.ts'

const normalized: [rule: string, type: string, value: unknown, expected: string | undefined][] = [
  ['ID1 trimmed', 'user_id', '  Bob ', 'Bob'],
  ['ID1 case-sensitive', 'user_id', 'Bob', 'Bob'],
  ['ID1 a number is text', 'user_id', 42, '42'],
  ['ID1 one form of a letter (NFC)', 'user_id', 'e\u0301', '\u00e9'],
  ['ID1 an address in lower case', 'email', ' Bob@X.com ', 'bob@x.com'],
  ['ID1 a domain in ASCII', 'email', 'bob@müller.example', 'bob@xn--mller-kva.example'],
  ['ID1 an address without a domain is none', 'email', 'bob@', undefined],
  ['ID1 an address with a space is none', 'email', 'bob x@y.example', undefined],
  ['ID1 text without @ is no address', 'email', 'bob', undefined],
  ['ID1 255 characters', 'user_id', 'x'.repeat(255), 'x'.repeat(255)],
  ['ID1 256 are too many', 'user_id', 'x'.repeat(256), undefined],
  ['ID1 an object is none', 'user_id', {}, undefined],
  ['WI10 NUL is taken out', 'user_id', 'a\0b', 'ab'],
]

test.each(normalized)('%s', (_rule, type, value, expected) => {
  expect(normalizeIdentifier(type, value)).toBe(expected)
})

describe('ID2 what identifies nobody', () => {
  test.each([
    '',
    '0',
    '000',
    '-1',
    '0-0',
    'null',
    'NULL',
    'Undefined',
    'NaN',
    'none',
    'unknown',
    'anonymous',
    'Guest',
    'true',
    'FALSE',
    '[object Object]',
    'n/a',
    'NA',
    'nil',
    '(null)',
    '00000000-0000-0000-0000-000000000000',
    'Demo',
  ])('%s', (value) => {
    expect(isBlockedValue(value, ['demo'])).toBe(true)
  })

  test.each(['1', 'nullable', '10', 'a', 'none-of-your-business', '0a'])('%s does', (value) => {
    expect(isBlockedValue(value)).toBe(false)
  })
})
