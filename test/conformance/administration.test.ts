import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { fresh, post, track } from './wire.ts'

let folder: TempFolder
let spartito: Spartito

beforeAll(async () => {
  folder = await makeTempFolder('conformance-admin')
  spartito = await startSpartito({ folder: folder.path })
  await spartito.admin.publish(conformanceWorkspace)
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await folder?.remove()
})

const ask = async (path: string, init: RequestInit = {}, token: string | undefined = keys.admin) => {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(`${spartito.collector}/admin/${path}`, { ...init, headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const put = (document: unknown, headers: Record<string, string> = {}, token: string | undefined = keys.admin) =>
  ask('workspace', { method: 'PUT', headers, body: JSON.stringify(document) }, token)

describe('AD bearer tokens', () => {
  const routes = ['workspace', 'stats', 'profiles/anonymous_id/x', 'no-such-route']

  test.each(routes)('/admin/%s: none, a wrong one, a write key and a token in the query are 401', async (route) => {
    for (const token of [undefined, '', 'wrong', `${keys.admin}x`, keys.browser, keys.server])
      expect(await ask(route, {}, token ?? '')).toMatchObject({
        status: 401,
        body: { success: false, code: 'unauthorized' },
      })
    const response = await fetch(`${spartito.collector}/admin/${route}?token=${keys.admin}`)
    expect(response.status).toBe(401)
  })

  test('a Basic password is no bearer token', async () => {
    const response = await fetch(`${spartito.collector}/admin/stats`, { headers: { authorization: basic(keys.admin) } })
    expect(response.status).toBe(401)
  })

  test('the scope read reads, and writes nothing: 403', async () => {
    expect(await ask('workspace', {}, keys.reader)).toMatchObject({ status: 200 })
    expect(await ask('stats', {}, keys.reader)).toMatchObject({ status: 200 })
    const before = await ask('workspace')
    expect(await put(conformanceWorkspace, {}, keys.reader)).toMatchObject({
      status: 403,
      body: { code: 'unauthorized' },
    })
    expect((await ask('workspace')).body).toEqual(before.body)
  })

  test('a route that is none is 404, with a token', async () => {
    expect(await ask('no-such-route')).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
  })

  test('answers are not to be stored', async () => {
    expect((await ask('workspace')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('AD audit records', () => {
  const records = async (query: string, token?: string) => (await ask(`audit${query}`, {}, token)).body.records

  test('a publish and its refusal are there with who, what and how it ended; the scope read reads them', async () => {
    const { version } = (await put(conformanceWorkspace)).body
    expect(await put({})).toMatchObject({ status: 400 })
    expect(await put(conformanceWorkspace, {}, keys.reader)).toMatchObject({ status: 403 })
    const [refused, published] = await records('?limit=2', keys.reader)
    const said = { method: 'PUT', route: '/admin/workspace', subjects: [] }
    expect(published).toMatchObject({ ...said, status: 200, outcome: { version } })
    expect(refused).toMatchObject({ ...said, status: 400, outcome: { code: 'invalid_field' } })
    expect(refused.token).toEqual({ scope: 'write', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) })
    expect(refused.token).toEqual(published.token)
    expect(await records(`?before=${refused.id}&limit=1`)).toEqual([published])
  })

  test('whose identifier it was is told by a hash', async () => {
    const email = `${fresh('ada')}@example.com`
    await ask('identity/release', { method: 'POST', body: JSON.stringify({ type: 'email', value: email }) })
    const [released] = await records('?limit=1')
    expect(released).toMatchObject({
      route: '/admin/identity/release',
      subjects: [{ type: 'email', profileId: expect.stringMatching(/^[A-Z2-7]{26}$/) }],
      outcome: { released: false },
    })
    expect(JSON.stringify(await records('?limit=1000'))).not.toContain(email)
  })
})

describe('WS the workspace', () => {
  test('GET gives what PUT has taken, and its version as ETag', async () => {
    const { status, body } = await put(conformanceWorkspace)
    expect({ status, version: body.version }).toEqual({ status: 200, version: expect.any(Number) })
    const current = await ask('workspace')
    expect(current.body).toEqual({ version: body.version, workspace: conformanceWorkspace })
    expect(current.headers.get('etag')).toBe(`"${body.version}"`)
    expect((await put(conformanceWorkspace)).body.version).toBe(body.version + 1)
  })

  test('If-Match guards against a lost update; without it the last write wins', async () => {
    const { version } = (await ask('workspace')).body
    expect(await put(conformanceWorkspace, { 'if-match': `"${version}"` })).toMatchObject({ status: 200 })
    expect(await put(conformanceWorkspace, { 'if-match': `"${version}"` })).toMatchObject({ status: 412 })
    expect(await put(conformanceWorkspace, { 'if-match': 'nonsense' })).toMatchObject({ status: 400 })
    expect(await put(conformanceWorkspace, { 'if-match': '*' })).toMatchObject({ status: 200 })
    expect(await put(conformanceWorkspace)).toMatchObject({ status: 200 })
    expect((await ask('workspace')).body.version).toBe(version + 3)
  })

  test('of many writers with the same If-Match one wins', async () => {
    const { version } = (await ask('workspace')).body
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => put(conformanceWorkspace, { 'if-match': `"${version}"` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
  })

  const [source] = conformanceWorkspace.sources
  const withAudience = (when: unknown): object => ({ sources: [source], audiences: [{ id: 'a', when }] })
  const faulty: [what: string, document: unknown, path: string][] = [
    ['no source', {}, 'sources'],
    ['an empty list of sources', { sources: [] }, 'sources'],
    ['sources that are no list', { sources: {} }, 'sources'],
    ['an unknown key', { sources: [source], colour: 'red' }, 'colour'],
    ['an unknown key within', { sources: [{ ...source, color: 'red' }] }, 'sources[0].color'],
    ['a source without a key', { sources: [{ id: 'web', kind: 'browser' }] }, 'sources[0].writeKey'],
    ['a kind that is none', { sources: [{ ...source, kind: 'toaster' }] }, 'sources[0].kind'],
    ['an origin with a path', { sources: [{ ...source, origins: ['https://a.example/x'] }] }, 'sources[0].origins[0]'],
    ['two sources with one id', { sources: [source, { ...source, writeKey: 'wk_other_key' }] }, 'sources[1].id'],
    ['two sources with one key', { sources: [source, { ...source, id: 'web2' }] }, 'sources[1].writeKey'],
    ['a purpose that is not defined', { sources: [{ ...source, collect: ['ads'] }] }, 'sources[0].collect[0]'],
    ['an audience without a condition', { sources: [source], audiences: [{ id: 'a' }] }, 'audiences[0].when'],
    ['a condition that is none', withAudience({ every: [] }), 'audiences[0].when'],
    ['a window that is no duration', withAudience({ event: 'E', within: '30m' }), 'audiences[0].when.within'],
    ['a month as a window', withAudience({ event: 'E', within: 'P1M' }), 'audiences[0].when.within'],
    [
      'a fault deep inside',
      withAudience({ all: [{ not: { event: 'E', count: {} } }] }),
      'audiences[0].when.all[0].not.count',
    ],
    ['a predicate without an operator', withAudience({ trait: 'plan' }), 'audiences[0].when'],
    [
      'a destination over plain http',
      {
        sources: [source],
        purposes: ['marketing'],
        destinations: [
          {
            id: 'd',
            type: 'webhook',
            purposes: ['marketing'],
            audiences: '*',
            settings: { url: 'http://crm.example/', secret: { env: 'S' } },
          },
        ],
      },
      'destinations[0].settings.url',
    ],
    [
      'a destination without a purpose',
      {
        sources: [source],
        destinations: [
          {
            id: 'd',
            type: 'webhook',
            purposes: [],
            audiences: '*',
            settings: { url: 'https://a.example/', secret: { env: 'S' } },
          },
        ],
      },
      'destinations[0].purposes',
    ],
  ]

  test.each(faulty)('%s is refused by its path, and the current one stays', async (_what, document, path) => {
    const before = (await ask('workspace')).body
    const { status, body } = await put(document)
    expect(status).toBe(400)
    expect(body).toMatchObject({ success: false, code: 'invalid_field' })
    expect(body.faults.map((fault: { path: string }) => fault.path)).toContain(path)
    expect((await ask('workspace')).body).toEqual(before)
  })

  test.each([
    ['broken JSON', '{"sources":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
  ])('%s is refused', async (_what, text) => {
    expect(await ask('workspace', { method: 'PUT', body: text })).toMatchObject({
      status: 400,
      body: { success: false },
    })
  })

  test('a new write key works, and a removed one ends, within 2 s', async () => {
    const writeKey = fresh('wk')
    const tryKey = async (): Promise<number> =>
      (
        await post('/v1/track', track(fresh('device'), 'Seen'), {
          to: spartito.collector,
          headers: { authorization: basic(writeKey) },
        })
      ).status
    const until = async (status: number): Promise<number> => {
      const since = Date.now()
      while ((await tryKey()) !== status && Date.now() - since < 10_000);
      return Date.now() - since
    }
    expect(await tryKey()).toBe(401)
    const withKey: Workspace = {
      ...conformanceWorkspace,
      sources: [
        ...conformanceWorkspace.sources,
        { id: 'new', kind: 'browser', writeKey, consent: { policy: 'opt-out' } },
      ],
    }
    expect((await put(withKey)).body.activeWithinMs).toBeLessThanOrEqual(2_000)
    expect(await until(200)).toBeLessThan(2_000)
    await put(conformanceWorkspace)
    expect(await until(401)).toBeLessThan(2_000)
  })
})

describe('AD profiles and statistics', () => {
  const to = (): { to: string } => ({ to: spartito.collector })
  const keysOf = (value: object): string[] => Object.keys(value).sort()

  test('a profile has the shape of the rules', async () => {
    const anonymousId = fresh('device')
    const userId = fresh('user')
    const email = `${userId}@Example.COM`
    await post('/v1/identify', { anonymousId, userId, traits: { plan: 'pro', email } }, to())
    await post('/v1/track', { ...track(anonymousId, 'Product Viewed'), userId }, to())
    const { status, body } = await ask(`profiles/user_id/${userId}`)
    expect(status).toBe(200)
    expect(keysOf(body)).toEqual(
      [
        ...['audiences', 'consent', 'events', 'host', 'identifiers', 'profileId', 'recent', 'refusals', 'sessions'],
        'traits',
      ].sort(),
    )
    expect(body.profileId).toMatch(/^[A-Z2-7]{26}$/)
    expect(body.host).toEqual({ type: 'user_id', value: userId })
    for (const identifier of body.identifiers)
      expect(keysOf(identifier)).toEqual(['class', 'firstSeen', 'lastSeen', 'type', 'value', 'verified'])
    expect(body.identifiers.map(({ type, value }: { type: string; value: string }) => [type, value]).sort()).toEqual([
      ['anonymous_id', anonymousId],
      ['email', email.toLowerCase()],
      ['user_id', userId],
    ])
    expect(body.traits.plan).toMatchObject({
      value: 'pro',
      timestamp: expect.any(Number),
      source: 'web',
      identifier: expect.any(Object),
    })
    expect(body.events['Product Viewed']).toEqual({ count: 1, first: expect.any(Number), last: expect.any(Number) })
    expect(body.sessions).toEqual({
      count: 1,
      first: expect.any(Number),
      last: expect.any(Number),
      recent: [{ id: null, start: expect.any(Number), end: expect.any(Number), events: 2 }],
    })
    expect(body.recent.map(({ type }: { type: string }) => type)).toEqual(['track', 'identify'])
    for (const audience of body.audiences) expect(keysOf(audience)).toEqual(['id', 'next', 'since', 'version'])
    expect(body.audiences.map(({ id }: { id: string }) => id)).toEqual(['secret', 'viewing'])
  })

  test('every identifier of a person leads to the same profile, normalized by the server', async () => {
    const userId = fresh('user')
    const anonymousId = fresh('device')
    await post('/v1/identify', { anonymousId, userId, traits: { email: `${userId}@example.com` } }, to())
    const paths = [`user_id/${userId}`, `anonymous_id/${anonymousId}`, `email/${userId.toUpperCase()}@EXAMPLE.com`]
    await expect
      .poll(
        async () => {
          const found = await Promise.all(paths.map((path) => ask(`profiles/${path}`)))
          return new Set(found.map(({ body }) => body.profileId)).size
        },
        { timeout: 10_000 },
      )
      .toBe(1)
  })

  test.each([
    ['somebody unknown', 'user_id/nobody-has-this'],
    ['a type that the workspace does not have', 'loyalty_id/1'],
    ['a value that is blocked', 'user_id/null'],
    ['a type that every object has', 'constructor/x'],
  ])('%s is 404', async (_what, path) => {
    expect(await ask(`profiles/${path}`)).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
  })

  test('only the 50 newest events are shown, all are counted', async () => {
    const anonymousId = fresh('device')
    const batch = Array.from({ length: 60 }, (_, n) => ({
      ...track(anonymousId, 'Many'),
      timestamp: new Date(Date.now() - 100_000 + n * 1_000).toISOString(),
      properties: { n },
    }))
    await post('/v1/batch', { batch }, to())
    const { body } = await ask(`profiles/anonymous_id/${anonymousId}`)
    expect(body.events.Many.count).toBe(60)
    expect(body.recent.map(({ properties }: { properties: { n: number } }) => properties.n)).toEqual(
      Array.from({ length: 50 }, (_, n) => 59 - n),
    )
  })

  test('WI6 every event received is accounted for once the queues are drained', async () => {
    const sums = async () => {
      const { body } = await ask('stats')
      const its = body.sources.filter(({ id }: { id: string }) => id === 'till')
      const total = (read: (hour: Record<string, number>) => number): number =>
        its.reduce((sum: number, hour: Record<string, number>) => sum + read(hour), 0)
      return {
        received: total(({ received }) => received!),
        accepted: total(({ accepted }) => accepted!),
        duplicate: total(({ duplicate }) => duplicate!),
        nobody: total(({ rejected }) => (rejected as unknown as Record<string, number>).missing_identity ?? 0),
      }
    }
    const before = await sums()
    const good = track(fresh('device'), 'Counted')
    const batch = [good, track(fresh('device'), 'Counted'), good, { type: 'track', event: 'Nobody' }]
    await post('/v1/batch', { batch }, { ...to(), headers: { authorization: basic(keys.server) } })
    const expected = { received: 4, accepted: 2, duplicate: 1, nobody: 1 }
    await expect
      .poll(
        async () => {
          const now = await sums()
          return Object.fromEntries(
            Object.entries(now).map(([key, value]) => [key, value - before[key as keyof typeof before]]),
          )
        },
        { timeout: 20_000 },
      )
      .toEqual(expected)
  })

  test('the statistics have the shape of the rules', async () => {
    const { body } = await ask('stats')
    expect(Array.isArray(body.sources)).toBe(true)
    for (const hour of body.sources)
      expect(hour).toMatchObject({
        id: expect.any(String),
        hour: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}$/),
        received: expect.any(Number),
        accepted: expect.any(Number),
        duplicate: expect.any(Number),
        quarantined: expect.any(Number),
        suppressed: expect.any(Number),
        rejected: expect.any(Object),
      })
  })
})
