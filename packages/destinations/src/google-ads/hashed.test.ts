import { expect, test } from 'vitest'
import { sha256 } from '../identifiers/sha256.ts'
import { hashedEmail, hashedPhone } from './hashed.ts'

test.each([
  ['cloudy.sanfrancisco+shopping@gmail.com', 'cloudysanfrancisco@gmail.com'],
  [' Cloudy.SanFrancisco@GoogleMail.com ', 'cloudysanfrancisco@googlemail.com'],
  ['user.name+NYC@Example.com', 'user.name+nyc@example.com'],
  ['a.b@notgmail.com', 'a.b@notgmail.com'],
])('%j is hashed as %s', (email, as) => {
  expect(hashedEmail(email)).toBe(sha256(as))
})

test('a number is hashed with its +', () => {
  expect(hashedPhone('+18005550100')).toBe(sha256('+18005550100'))
})
