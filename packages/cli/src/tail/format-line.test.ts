import { expect, test } from 'vitest'
import { formatJson, formatLine } from './format-line.ts'

const at = Date.parse('2026-11-22T12:03:04.123Z')
const shown = (more: object) => JSON.stringify({ outcome: 'accepted', source: 'web', receivedAt: at, ...more })

test.each([
  [
    'an accepted track',
    shown({ event: { type: 'track', event: 'Product Viewed', anonymousId: 'a1' } }),
    '12:03:04.123 web accepted track "Product Viewed" anonymousId=a1',
  ],
  [
    'a person',
    shown({ event: { type: 'identify', userId: 'u1', anonymousId: 'a1' } }),
    '12:03:04.123 web accepted identify userId=u1 anonymousId=a1',
  ],
  [
    'a page with a name',
    shown({ outcome: 'duplicate', event: { type: 'page', name: 'Home', anonymousId: 'a1' } }),
    '12:03:04.123 web duplicate page "Home" anonymousId=a1',
  ],
  [
    'a rejected event',
    shown({ outcome: 'rejected', code: 'missing_identity', message: 'say who', event: { type: 'page' } }),
    '12:03:04.123 web rejected missing_identity page (say who)',
  ],
  [
    'a refused request of nobody',
    shown({ outcome: 'refused', code: 'unknown_write_key', source: null }),
    '12:03:04.123 - refused unknown_write_key',
  ],
  ['what was dropped', '{"dropped":7}', '… 7 were not shown: this listener could not keep up'],
])('%s', (_what, message, line) => {
  expect(formatLine(message)).toBe(line)
})

test('T20 no text of an event reaches the terminal as a command, or as a second line', () => {
  const hostile = 'a\u001b[2J\r\nb\u009b31m\u202eevil\u2028\u0000'
  const message = shown({ event: { type: 'track', event: hostile, anonymousId: hostile } })
  for (const line of [formatLine(message), formatJson(message)]) expect(line).toMatch(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u)
  expect(JSON.parse(formatJson(message))).toEqual(JSON.parse(message))
})
