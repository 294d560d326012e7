import { describe, expect, test } from 'vitest'
import { withLink } from './link.ts'
import { visitorOf } from './visitor.ts'

const cookieOf = (state: object): string => `spartito=${encodeURIComponent(JSON.stringify(state))}`
const state = { version: 3, anonymousId: '01ABC', sessionId: 's1', consent: { analytics: true } }

describe('the visitor of a request', () => {
  test.each([
    ['alone', cookieOf(state)],
    ['among others', `a=1; ${cookieOf(state)}; b=2`],
    ['beside the collector’s own', `__Host-spartito_web=x.y; ${cookieOf(state)}`],
  ])('is in the tag’s cookie, %s', (_what, cookie) => {
    expect(visitorOf(cookie)).toEqual({ anonymousId: '01ABC', consent: { analytics: true } })
  })

  test.each([
    ['no header', undefined],
    ['no cookie', null],
    ['another cookie', `not_${cookieOf(state)}`],
    ['a refusal, which has no id', cookieOf({ version: 1, consent: { analytics: false } })],
    ['no JSON', 'spartito=%7B'],
    ['no encoding', 'spartito=%'],
    ['a number', 'spartito=4'],
    ['null', 'spartito=null'],
  ])('is nobody for %s', (_what, cookie) => {
    expect(visitorOf(cookie)).toBeUndefined()
  })
})

test.each([
  ['https://b.example/', 'https://b.example/?spartito_link=L'],
  ['https://b.example/a?x=1%202&y', 'https://b.example/a?x=1%202&y&spartito_link=L'],
  ['/a#top', '/a?spartito_link=L#top'],
  ['https://b.example/?spartito_link=old&z=1#a?b', 'https://b.example/?z=1&spartito_link=L#a?b'],
])('%s with a link is %s', (address, expected) => {
  expect(withLink(address, 'L')).toBe(expected)
})
