import { describe, expect, test } from 'vitest'
import type { AppClient } from '../create-client.ts'
import { bridgeWebView } from './bridge-web-view.ts'
import { originOf } from './origin-of.ts'
import { readMessage } from './read-message.ts'

test.each<[address: string, origin: string | undefined]>([
  ['https://shop.example', 'https://shop.example'],
  ['https://Shop.example/a?b#c', 'https://shop.example'],
  ['http://localhost:8787/a', 'http://localhost:8787'],
  ['https://shop.example:443/a', 'https://shop.example'],
  ['https://shop.example@evil.example/', undefined],
  ['https://shop.example\\@evil.example/', undefined],
  ['https://shop.example.evil.example/', 'https://shop.example.evil.example'],
  ['javascript:alert(1)', undefined],
  ['about:blank', undefined],
  ['null', undefined],
])('the origin of %s', (address, origin) => {
  expect(originOf(address)).toBe(origin)
})

const page = { url: 'https://shop.example/a', referrer: '', title: 'A' }

test.each<[what: string, data: string, read: object | undefined]>([
  [
    'a call',
    JSON.stringify({ spartito: 1, page, call: ['track', 'A'] }),
    { page, call: { method: 'track', input: ['A'] } },
  ],
  ['a question', JSON.stringify({ spartito: 1, page, call: [] }), { page, call: undefined }],
  [
    'a page without words',
    JSON.stringify({ spartito: 1, call: [] }),
    { page: { url: '', referrer: '', title: '' }, call: undefined },
  ],
  ['a method that is the app’s alone', JSON.stringify({ spartito: 1, page, call: ['stop'] }), undefined],
  ['a name of every object', JSON.stringify({ spartito: 1, page, call: ['constructor'] }), undefined],
  ['a message of another library', JSON.stringify({ type: 'resize', call: ['track'] }), undefined],
  ['text', 'hello', undefined],
  ['null', 'null', undefined],
])('what a page says: %s', (_what, data, read) => {
  expect(readMessage(data)).toEqual(read)
})

describe('whose pages are heard', () => {
  const calls: string[] = []
  const client = {
    audiences: () => [],
    consent: () => ({}),
    on: () => () => {},
    onPage: (_page: object, run: () => void) => run(),
    track: (event: string) => void calls.push(event),
  } as unknown as AppClient
  const { props } = bridgeWebView(client, { origins: ['https://shop.example'] })

  test.each<[url: string, isHeard: boolean]>([
    ['https://shop.example/cart', true],
    ['https://shop.example', true],
    ['http://shop.example/cart', false],
    ['https://shop.example.evil.example/', false],
    ['https://evil.example/?https://shop.example/', false],
    ['https://shop.example@evil.example/', false],
    ['', false],
  ])('%s', (url, isHeard) => {
    calls.length = 0
    props.onMessage({ nativeEvent: { data: JSON.stringify({ spartito: 1, page, call: ['track', 'A'] }), url } })
    expect(calls).toEqual(isHeard ? ['A'] : [])
  })

  test.each(['shop.example', 'https://shop.example/', 'https://shop.example/a', '*', 'https://a@b.example'])(
    'an origin that is none is refused: %s',
    (origin) => {
      expect(() => bridgeWebView(client, { origins: [origin] })).toThrow('no origin')
    },
  )
})
