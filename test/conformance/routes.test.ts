import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { allowedOrigin, moreKeys } from './conformance-workspace.ts'
import { collector, countsOf, fresh, post, track } from './wire.ts'

const singleRoutes: [names: string[], type: string, more: object, counted: string][] = [
  [['track', 't'], 'track', { event: 'Seen' }, 'Seen'],
  [['page', 'p'], 'page', { name: 'Home' }, 'page'],
  [['screen', 's'], 'screen', { name: 'Start' }, 'screen'],
  [['identify', 'i'], 'identify', { traits: { plan: 'free' } }, 'identify'],
  [['group', 'g'], 'group', { groupId: 'acme' }, 'group'],
  [['alias', 'a'], 'alias', { previousId: 'somebody' }, 'alias'],
]

const paths = (names: readonly string[]): string[] => names.flatMap((name) => [`/v1/${name}`, `/${name}`])

describe('WI1 routes', () => {
  test.each(
    singleRoutes.flatMap(([names, type, more, counted]) => paths(names).map((path) => ({ path, type, more, counted }))),
  )('$path takes one $type', async ({ path, more, counted }) => {
    const anonymousId = fresh('device')
    const { status, body } = await post(path, { anonymousId, ...more })
    expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 })
    expect(await countsOf(anonymousId)).toEqual({ [counted]: 1 })
  })

  test.each([
    ...paths(['batch', 'b']).map((path) => [path, keys.browser] as const),
    ...paths(['import']).map((path) => [path, keys.server] as const),
  ])('%s takes a batch of every type', async (path, key) => {
    const anonymousId = fresh('device')
    const batch = singleRoutes.map(([, type, more]) => ({ type, anonymousId, ...more }))
    const { status, body } = await post(path, { batch }, { headers: { authorization: basic(key) } })
    expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: batch.length })
    expect(await countsOf(anonymousId)).toEqual({ Seen: 1, page: 1, screen: 1, identify: 1, group: 1, alias: 1 })
  })

  test('the type of a single route wins over a type in the body', async () => {
    const anonymousId = fresh('device')
    await post('/v1/page', { type: 'track', event: 'Other', anonymousId })
    expect(await countsOf(anonymousId)).toEqual({ page: 1 })
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s on a route that takes POST is 405 and says so', async (method) => {
    const response = await fetch(`${collector}/v1/batch`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('POST')
    expect(await response.json()).toMatchObject({ success: false, code: 'method_not_allowed' })
  })

  test.each(['/', '/v2/track', '/v1/', '/v1/unknown', '/v1/track/more'])('%s is no route: 404', async (path) => {
    const response = await fetch(`${collector}${path}`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ success: false, code: 'not_found' })
  })

  test('/healthz answers 200', async () => {
    expect((await fetch(`${collector}/healthz`)).status).toBe(200)
  })

  test.each(['/tag.js'])('%s is served as a script', async (path) => {
    const response = await fetch(`${collector}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/javascript/)
    expect((await response.text()).length).toBeGreaterThan(0)
  })
})

describe("WI1 settings of Segment's browser client", () => {
  test.each(['/v1/projects', '/projects'])('%s/:key/settings sends the client back here', async (path) => {
    const response = await fetch(`${collector}${path}/${keys.browser}/settings`, { headers: { origin: allowedOrigin } })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const { integrations } = (await response.json()) as { integrations: Record<string, Record<string, unknown>> }
    expect(integrations['Segment.io']).toMatchObject({
      apiKey: keys.browser,
      apiHost: `${new URL(collector).host}/v1`,
      protocol: 'http',
    })
  })

  test.each(['no-such-key', moreKeys.disabled])('an unknown or disabled key is 404 (%s)', async (key) => {
    const response = await fetch(`${collector}/v1/projects/${key}/settings`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ success: false, code: 'unknown_write_key' })
  })
})

describe('WI11 CORS', () => {
  const preflight = (path: string, headers: string): Promise<Response> =>
    fetch(`${collector}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://somewhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': headers,
      },
    })

  const clients: [client: string, path: string, headers: string[]][] = [
    ['the tag', '/v1/batch', ['content-type', 'x-write-key']],
    ["Segment's browser client", '/v1/t', ['content-type', 'authorization', 'x-retry-count']],
    ["RudderStack's browser client", '/v1/track', ['authorization', 'content-type', 'anonymousid', 'sentat']],
    ["RudderStack's, with a retry", '/v1/track', ['authorization', 'rsa-retry-attempt', 'rsa-since-last-attempt']],
    ["Jitsu's browser client", '/api/s/track', ['content-type', 'x-write-key', 'x-enable-debug', 'x-ip-policy']],
    ["RudderStack's settings", '/sourceConfig/', ['authorization', 'content-type']],
    ['a client that compresses', '/v1/batch', ['content-encoding', 'content-type']],
  ]

  test.each(clients)('a preflight allows what %s sends to %s', async (_client, path, headers) => {
    const response = await preflight(path, headers.join(', '))
    expect(response.status).toBeLessThan(300)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(/,\s*/)
    expect(allowed).toEqual(expect.arrayContaining(headers))
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(3_600)
  })

  test('answers and refusals alike can be read by a page', async () => {
    const origin = { headers: { origin: 'https://shop.example' } }
    const good = await post('/v1/track', track(fresh('device'), 'Seen'), origin)
    const bad = await post('/v1/track', { event: 'Nobody' }, origin)
    const refused = await post('/v1/track', track(fresh('device'), 'Seen'), {
      headers: { origin: 'https://shop.example', authorization: basic('no-such-key') },
    })
    expect([good.status, bad.status, refused.status]).toEqual([200, 400, 401])
    for (const { headers } of [good, bad, refused]) expect(headers.get('access-control-allow-origin')).toBe('*')
  })

  test('a source may restrict its origins', async () => {
    const from = (origin?: string) =>
      post('/v1/track', track(fresh('device'), 'Seen'), {
        headers: { authorization: basic(moreKeys.origin), ...(origin === undefined ? {} : { origin }) },
      })
    expect(await from(allowedOrigin)).toMatchObject({ status: 200 })
    for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null'])
      expect(await from(origin)).toMatchObject({ status: 403, body: { success: false, code: 'origin_denied' } })
  })
})
