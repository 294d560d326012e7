import type { Workspace } from '@spartito/workspace'
import { describe, expect, test } from 'vitest'
import { basic } from '../support/keys.ts'
import { ask, put, spartito, useAdminSite } from './admin-site.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { fresh, post, track } from './wire.ts'

useAdminSite()

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
