import { objectName } from '../../../workers/collector/src/visitor/object-name.ts'
import { keys } from '../../support/keys.ts'
import { moreKeys } from '../conformance-workspace.ts'
import { canary, event, type Hostile, type HostileRequest, key, tracked } from './request.ts'

const withHeaders = (headers: HostileRequest['headers'] & object, more: HostileRequest = {}): HostileRequest =>
  tracked(event(), { ...more, headers })

export const headers: Hostile[] = [
  ['a cookie of 8 KB', withHeaders({ cookie: `a=${canary.repeat(800)}` }), 200, null],
  [
    'a cookie that nobody signed',
    withHeaders({ cookie: `spartito_web=${btoa('{"a":"victim"}')}.${canary}` }),
    200,
    null,
  ],
  ['a cookie without a name', withHeaders({ cookie: '=;;=x; ; spartito_web' }), 200, null],
  ['two of ours', withHeaders({ cookie: 'spartito_web=a.b; spartito_web=c.d' }), 200, null],
  ['a cookie that is no text', withHeaders({ cookie: 'spartito_web=\xff\xfe' }), 200, null],
  [
    '100 headers',
    withHeaders(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-h${n}`, canary]))),
    200,
    null,
  ],
  ['another host', withHeaders({ host: 'evil.example', 'x-forwarded-host': 'evil.example' }), 200, null],
  [
    'addresses that a client claims',
    withHeaders({ 'x-forwarded-for': '1.2.3.4, <script>', 'x-real-ip': canary }),
    200,
    null,
  ],
  ['an address that is none', withHeaders({ 'cf-connecting-ip': `${canary}::1::2` }), 200, null],
  ['a user agent of 4 KB', withHeaders({ 'user-agent': `Mozilla/5.0 (${canary.repeat(400)}` }), 200, null],
  ['a user agent of brackets', withHeaders({ 'user-agent': '('.repeat(4_000) }), 200, null],
  [
    'client hints that are none',
    withHeaders({ 'sec-ch-ua': '"";v=";,"\\', 'sec-ch-ua-platform': `"${canary}` }),
    200,
    null,
  ],
  ['a language that is none', withHeaders({ 'accept-language': `;q=${canary},,,` }), 200, null],
  ['an origin that is empty, which is none', withHeaders({ origin: '' }), 200, null],
  ['half a range', withHeaders({ range: 'bytes=0-' }), 200, null],
  ['an upgrade', withHeaders({ upgrade: 'h2c' }), 200, null],
  ['it expects to go on', withHeaders({ expect: '100-continue' }), 200, null],
  ['an authorization of 8 KB', withHeaders({ authorization: `Basic ${'A'.repeat(8_000)}` }), 401, 'unknown_write_key'],
]

export const queries: Hostile[] = [
  ['8 KB', withHeaders({}, { path: `/v1/track?x=${canary.repeat(800)}` }), 200, null],
  ['a prototype', withHeaders({}, { path: '/v1/track?__proto__[polluted]=yes' }), 200, null],
  ['half of an encoding', withHeaders({}, { path: '/v1/track?%E0%A4%A&%' }), 200, null],
  ['a NUL', withHeaders({}, { path: '/v1/track?a=%00' }), 200, null],
  ['a line break', withHeaders({}, { path: `/v1/track?a=%0d%0aset-cookie:${canary}` }), 200, null],
  ['no event in an image', { method: 'GET', path: `/pixel?data=%%%&writeKey=${keys.browser}` }, 400, null],
  ['an image of a type that is not there', { method: 'GET', path: '/pixel/dance' }, 400, null],
  ['an image without a key', { method: 'GET', path: `/pixel?event=${canary}&anonymousId=a` }, 401, null],
]

const token = (value: unknown): HostileRequest => tracked(event({ userId: 'victim', token: value }))
const jwt = (header: object, claims: object): string =>
  `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

/** A bad token leaves the event claimed: it is taken, and vouches for nobody. */
export const tokens: Hostile[] = [
  ['a number', token(7), 200, null],
  ['an object', token({ alg: 'none' }), 200, null],
  ['a list of lists', token([[[]]]), 200, null],
  ['three dots', token('...'), 200, null],
  ['20 KB', token(canary.repeat(2_000)), 200, null],
  ['one that nobody signed', token(`${jwt({ alg: 'none' }, { sub: 'victim', exp: 9e9 })}`), 200, null],
  ['a key with a path', token(`${jwt({ alg: 'HS256', kid: '../../dev/null' }, { sub: 'victim' })}x`), 200, null],
  ['claims that are no JSON', token(`eyJhbGciOiJIUzI1NiJ9.${canary}.x`), 200, null],
]

const admin = (method: string, path: string, headers: Record<string, string>, body = ''): HostileRequest => ({
  method,
  path: `/admin${path}`,
  headers,
  body,
})
const bearer = (value: string): Record<string, string> => ({ authorization: `Bearer ${value}` })

const everyRoute: [method: string, path: string][] = [
  ['GET', '/stats'],
  ['GET', '/workspace'],
  ['PUT', '/workspace'],
  ['POST', '/workspace/rollback'],
  ['GET', '/audiences'],
  ['GET', '/audiences/viewing/members'],
  ['GET', '/profiles/user_id/victim'],
  ['GET', '/profiles/user_id/victim/graph'],
  ['GET', `/visitors/${objectName({ type: 'user_id', value: 'victim' })}`],
  ['POST', '/identity/merge'],
  ['POST', '/identity/split'],
  ['POST', '/identity/release'],
  ['GET', '/audit'],
  ['GET', '/live'],
]

export const administration: Hostile[] = [
  ...everyRoute.map(
    ([method, path]): Hostile => [
      `${method} ${path} with a page's key`,
      admin(method, path, bearer(keys.browser), '{}'),
      401,
      'unauthorized',
    ],
  ),
  ['the page’s key as a user name', admin('GET', '/stats', key), 401, 'unauthorized'],
  ["a server's key", admin('GET', '/stats', bearer(keys.server)), 401, 'unauthorized'],
  ['no token', admin('GET', '/stats', {}), 401, 'unauthorized'],
  ['a token of nothing', admin('GET', '/stats', bearer('')), 401, 'unauthorized'],
  ['a token in the query', admin('GET', `/stats?token=${keys.admin}`, {}), 401, 'unauthorized'],
  ['a token in a cookie', admin('GET', '/stats', { cookie: `token=${keys.admin}` }), 401, 'unauthorized'],
  ['a token with more behind it', admin('GET', '/stats', bearer(`${keys.admin}x`)), 401, 'unauthorized'],
  ['a token in capitals', admin('GET', '/stats', bearer(keys.admin.toUpperCase())), 401, 'unauthorized'],
  ["a reader's token that writes", admin('PUT', '/workspace', bearer(keys.reader), '{}'), 403, 'unauthorized'],
  ['a workspace that is none', admin('PUT', '/workspace', bearer(keys.admin), canary), 400, 'invalid_json'],
  [
    'a workspace of prototypes',
    admin('PUT', '/workspace', bearer(keys.admin), '{"__proto__":{"sources":[]}}'),
    400,
    'invalid_field',
  ],
  ['a profile with a path', admin('GET', '/profiles/user_id/..%2f..%2fstats', bearer(keys.reader)), 404, 'not_found'],
  ['a profile of half an encoding', admin('GET', '/profiles/user_id/%E0%A4%A', bearer(keys.reader)), 404, 'not_found'],
  ['a profile of a prototype', admin('GET', '/profiles/__proto__/a', bearer(keys.reader)), 404, 'not_found'],
  ['an audience of a prototype', admin('GET', '/audiences/__proto__/members', bearer(keys.reader)), 404, 'not_found'],
]

const from = (origin: string): HostileRequest =>
  tracked(event(), { headers: { 'x-write-key': moreKeys.origin, authorization: '', origin } })

/** A source that takes events from `https://shop.example` alone (RELIABILITY T6). */
export const origins: Hostile[] = [
  ['https://shop.example', from('https://shop.example'), 200, null],
  ['null', from('null'), 403, 'origin_denied'],
  ['http', from('http://shop.example'), 403, 'origin_denied'],
  ['a port', from('https://shop.example:8443'), 403, 'origin_denied'],
  ['its own port, written', from('https://shop.example:443'), 403, 'origin_denied'],
  ['capitals', from('https://Shop.Example'), 403, 'origin_denied'],
  ['a dot at the end', from('https://shop.example.'), 403, 'origin_denied'],
  ['a slash at the end', from('https://shop.example/'), 403, 'origin_denied'],
  ['a path', from('https://shop.example/a'), 403, 'origin_denied'],
  ['below it', from('https://www.shop.example'), 403, 'origin_denied'],
  ['above it', from('https://example'), 403, 'origin_denied'],
  ['ends with it', from('https://evilshop.example'), 403, 'origin_denied'],
  ['begins with it', from('https://shop.example.evil.example'), 403, 'origin_denied'],
  ['it as a user name', from('https://shop.example@evil.example'), 403, 'origin_denied'],
  ['a dash for its dot', from('https://shop-example'), 403, 'origin_denied'],
  ['any character for its dot', from('https://shopxexample'), 403, 'origin_denied'],
  ['two', from('https://shop.example https://evil.example'), 403, 'origin_denied'],
  ['two with a comma', from('https://shop.example, https://evil.example'), 403, 'origin_denied'],
  ['a star', from('*'), 403, 'origin_denied'],
  ['an extension', from('chrome-extension://abcdefgh'), 403, 'origin_denied'],
  ['this machine', from('http://localhost:3000'), 403, 'origin_denied'],
]
