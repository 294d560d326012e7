import { abortAllDurableObjects, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import type { Budgets, Workspace } from '@spartito/workspace'
import { beforeAll, describe, expect, test } from 'vitest'
import { budgetsOf } from '../src/defence/budgets-of.ts'
import type { Env } from '../src/env.ts'
import { formatCookie } from '../src/identity/visitor-cookie.ts'
import { fresh, identify, page, profileOf, publish, stubOf, workspace } from './setup.ts'

const budgeted: [id: string, budgets: Budgets | undefined, kind?: 'server'][] = [
  ['new-of-three', { newVisitors: 3 }],
  ['new-of-five', { newVisitors: 5 }],
  ['new-of-eight', { newVisitors: 8 }],
  ['new-of-many', { newVisitors: 40 }],
  ['new-of-stored', { newVisitors: 4 }],
  ['new-of-flooded', { newVisitors: 2 }],
  ['new-by-default', undefined],
  ['new-of-server', { newVisitors: 2 }, 'server'],
  ['ten-of-visitor', { visitorEvents: 10 }],
  ['ten-of-import', { visitorEvents: 10 }, 'server'],
  ['ten-of-source', { events: 10 }],
]
const keyOf = (id: string): string => `wk_${id}`

const sources: Workspace['sources'] = [
  ...workspace().sources,
  ...budgeted.map(([id, budgets, kind = 'browser']) => ({
    id,
    kind: kind as 'browser' | 'server',
    writeKey: keyOf(id),
    consent: { policy: 'opt-out' as const },
    ...(budgets && { budgets }),
  })),
]

beforeAll(async () => {
  await publish(workspace({ sources }))
})

interface Told {
  status: number
  retryAfter: string | null
  body: Record<string, unknown>
}

const send = async (
  source: string,
  batch: unknown[],
  { ip = '203.0.113.7', path = '/v1/batch', cookie = '' }: { ip?: string; path?: string; cookie?: string } = {},
): Promise<Told> => {
  const response = await exports.default.fetch(
    new Request(`https://collector.example${path}`, {
      method: 'POST',
      headers: { 'cf-connecting-ip': ip, 'x-write-key': keyOf(source), cookie },
      body: JSON.stringify({ batch }),
    }),
  )
  const { status, headers } = response
  return { status, retryAfter: headers.get('retry-after'), body: await response.json() }
}

const taken = { status: 200, retryAfter: null }
const limited = { status: 429, retryAfter: expect.stringMatching(/^[1-9]\d*$/), body: { code: 'rate_limited' } }

const visits = async (source: string, count: number, options = {}): Promise<{ taken: string[]; refused: string[] }> => {
  const told = { taken: [] as string[], refused: [] as string[] }
  for (let n = 0; n < count; n++) {
    const anonymousId = fresh(`${source}-visitor`)
    const { status } = await send(source, [page({ anonymousId })], options)
    told[status === 200 ? 'taken' : 'refused'].push(anonymousId)
  }
  return told
}

describe('WS the budget of new visitors of a key and network', () => {
  test('more are refused as a whole with a time to come back, known visitors are served', async () => {
    const { taken: known, refused } = await visits('new-of-three', 6)
    expect([known.length, refused.length]).toEqual([3, 3])
    expect(await send('new-of-three', [page({ anonymousId: fresh('late') })])).toMatchObject(limited)
    for (const anonymousId of known) expect(await send('new-of-three', [page({ anonymousId })])).toMatchObject(taken)
    expect((await profileOf('anonymous_id', known[0]!))?.events.page?.count).toBe(2)
  })

  test('who is refused leaves nothing behind: no profile, no row', async () => {
    const { refused } = await visits('new-of-stored', 6)
    expect(refused).toHaveLength(2)
    const stored = await runInDurableObject(stubOf('anonymous_id', refused[0]!), async (_visitor, { storage }) => ({
      entries: (await storage.list()).size,
      tables: storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
      alarm: await storage.getAlarm(),
    }))
    expect(stored).toEqual({ entries: 0, tables: [], alarm: null })
    expect(await profileOf('anonymous_id', refused[0]!)).toBeUndefined()
  })

  test('another network has a budget of its own, and so has another key', async () => {
    await visits('new-of-five', 6)
    const ips = ['198.51.100.1', '2001:db8:1:2::1', '2001:db8:2::1']
    for (const ip of ips) expect((await visits('new-of-five', 1, { ip })).taken).toHaveLength(1)
    expect((await visits('new-by-default', 10)).taken).toHaveLength(10)
  })

  test.each([
    ['IPv4 /24', '192.0.2.1', '192.0.2.254'],
    ['IPv6 /48', '2001:db8:7:1::1', '2001:db8:7:ffff::9'],
    ['IPv4 written as IPv6', '::ffff:198.18.0.1', '::ffff:198.18.0.200'],
  ])('%s is one network', async (_what, ip, neighbour) => {
    expect((await visits('new-of-eight', 8, { ip })).taken).toHaveLength(8)
    expect((await visits('new-of-eight', 1, { ip: neighbour })).refused).toHaveLength(1)
  })

  test('WI7 a batch that is over it is refused as a whole; what was stored is known at the retry', async () => {
    const batch = Array.from({ length: 60 }, () => page({ anonymousId: fresh('batch') }))
    const first = await send('new-of-many', batch)
    expect(first).toMatchObject(limited)
    expect(first.body).not.toHaveProperty('rejected')
    // The same batch again from elsewhere: those that had begun are copies, each of the others begins.
    const again = await send('new-of-many', batch, { ip: '198.51.100.9' })
    expect(again).toMatchObject({ ...taken, body: { accepted: 20, duplicate: 40, rejected: [] } })
  })

  test('many at once use no more of it than one after the other', async () => {
    const ip = '192.0.2.77'
    const told = await Promise.all(
      Array.from({ length: 60 }, () => send('new-of-many', [page({ anonymousId: fresh('at-once') })], { ip })),
    )
    expect(told.filter(({ status }) => status === 200)).toHaveLength(40)
    for (const one of told.filter(({ status }) => status !== 200)) expect(one).toMatchObject(limited)
  })

  test('a server source has one only where it is set', async () => {
    const batch = Array.from({ length: 5 }, () => page({ userId: fresh('person') }))
    expect(await send('new-of-server', batch)).toMatchObject(limited)
  })

  test('a page that signs in is one new visitor by its person, and none once it is known', async () => {
    const [userId, anonymousId] = [fresh('signed'), fresh('device')]
    const ip = '192.0.2.99'
    expect(await send('new-of-three', [identify({ userId, anonymousId })], { ip })).toMatchObject(taken)
    for (let n = 0; n < 8; n++)
      expect(await send('new-of-three', [page({ userId, anonymousId })], { ip })).toMatchObject(taken)
    expect((await visits('new-of-three', 3, { ip })).taken).toHaveLength(2)
  })

  test('a flood past it opens no more objects than the budget has and some strangers that are asked for', async () => {
    const opened = async (): Promise<number> => (await listDurableObjectIds((env as Env).VISITOR)).length
    const ip = '192.0.4.5'
    const { taken: known } = await visits('new-of-flooded', 4, { ip })
    const before = await opened()
    expect((await visits('new-of-flooded', 60, { ip })).taken).toEqual([])
    const asked = (await opened()) - before
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(40)
    const flooded = await opened()
    await visits('new-of-flooded', 10, { ip })
    expect((await opened()) - flooded).toBeLessThan(3)
    // Who was here is still asked for: the isolate has met them, or their own cookie says so.
    expect(await send('new-of-flooded', [page({ anonymousId: known[0]! })], { ip })).toMatchObject(taken)
    const anonymousId = fresh('confirmed')
    const request = new Request('https://collector.example/')
    const cookie = formatCookie(request, env as Env, 'new-of-flooded', { anonymousId })!.split(';')[0]!
    for (const [shows, more] of [
      ['spartito_new-of-flooded=forged.forged', 0],
      [cookie, 1],
    ] as const) {
      const until = await opened()
      expect(await send('new-of-flooded', [page({ anonymousId })], { ip, cookie: shows })).toMatchObject(limited)
      expect((await opened()) - until).toBe(more)
    }
  })

  test('a flood stores how much it has used, so that putting the object away forgets nothing', async () => {
    const ip = '192.0.3.5'
    await visits('new-of-five', 7, { ip })
    await abortAllDurableObjects()
    expect((await visits('new-of-five', 2, { ip })).refused).toHaveLength(2)
    // Only floods do: the object of a network with a single visitor has nothing.
    const sizes = await Promise.all(
      (await listDurableObjectIds((env as Env).BUDGET)).map((id) =>
        runInDurableObject((env as Env).BUDGET.get(id), async (_budget, { storage }) => (await storage.list()).size),
      ),
    )
    expect(sizes).toContain(0)
    expect(sizes).toContain(1)
  })
})

describe('WS the budget of a visitor', () => {
  test('more events are refused with a time to come back; other visitors are served', async () => {
    const [hot, other] = [fresh('hot'), fresh('other')]
    const pages = (anonymousId: string, count: number) => Array.from({ length: count }, () => page({ anonymousId }))
    expect(await send('ten-of-visitor', pages(hot, 10))).toMatchObject(taken)
    for (let n = 0; n < 3; n++) expect(await send('ten-of-visitor', pages(hot, 1))).toMatchObject(limited)
    expect(await send('ten-of-visitor', pages(other, 1))).toMatchObject(taken)
    expect((await profileOf('anonymous_id', hot))?.events.page?.count).toBe(10)
  })

  test('a batch larger than it is taken once, so that it is not refused for ever', async () => {
    const hot = fresh('hot')
    const batch = Array.from({ length: 25 }, () => page({ anonymousId: hot }))
    expect(await send('ten-of-visitor', batch)).toMatchObject({ ...taken, body: { accepted: 25 } })
    expect(await send('ten-of-visitor', [page({ anonymousId: hot })])).toMatchObject(limited)
  })

  test('a batch with a visitor that is over it is refused as a whole, and stores the others', async () => {
    const [hot, other] = [fresh('hot'), fresh('other')]
    await send(
      'ten-of-visitor',
      Array.from({ length: 12 }, () => page({ anonymousId: hot })),
    )
    const event = page({ anonymousId: other })
    expect(await send('ten-of-visitor', [page({ anonymousId: hot }), event])).toMatchObject(limited)
    expect(await send('ten-of-visitor', [event])).toMatchObject({ ...taken, body: { accepted: 0, duplicate: 1 } })
  })

  test('an import has none unless it is set', async () => {
    const userId = fresh('imported')
    const batch = (count: number) => Array.from({ length: count }, () => page({ userId }))
    const path = '/v1/import'
    expect(await send('ten-of-import', batch(12), { path })).toMatchObject(taken)
    expect(await send('ten-of-import', batch(1), { path })).toMatchObject(limited)
  })
})

describe('WS budgets that a source does not set', () => {
  const none = { newVisitors: undefined, visitorEvents: undefined, events: undefined }
  const source = (kind: 'browser' | 'server', budgets?: Budgets) => ({
    id: 'a',
    kind,
    writeKey: 'wk_test',
    ...(budgets && { budgets }),
  })

  test.each([
    ['a browser source', source('browser'), false, '1', { ...none, newVisitors: 600, visitorEvents: 2_000 }],
    ['a server source', source('server'), false, '1', { ...none, visitorEvents: 2_000 }],
    ['an import', source('server'), true, '1', none],
    ['an import that sets one', source('server', { visitorEvents: 5 }), true, '1', { ...none, visitorEvents: 5 }],
    [
      'a server source that sets all',
      source('server', { newVisitors: 1, events: 7 }),
      false,
      '1',
      { newVisitors: 1, visitorEvents: 2_000, events: 7 },
    ],
    [
      'on your own machine',
      source('browser', { events: 7 }),
      false,
      '100',
      { newVisitors: 60_000, visitorEvents: 200_000, events: 700 },
    ],
  ])('%s', (_what, its, isImport, BUDGET_FACTOR, budgets) => {
    expect(budgetsOf(its, { BUDGET_FACTOR }, isImport)).toEqual(budgets)
  })
})

describe('WS the budget of a source', () => {
  test('is spent by events of whomever', async () => {
    const batch = (count: number) => Array.from({ length: count }, () => page({ anonymousId: fresh('anybody') }))
    expect(await send('ten-of-source', batch(6))).toMatchObject(taken)
    expect(await send('ten-of-source', batch(6))).toMatchObject(taken)
    expect(await send('ten-of-source', batch(1))).toMatchObject(limited)
    expect(await send('ten-of-source', batch(1), { ip: '198.51.100.1' })).toMatchObject(limited)
    expect(await send('ten-of-visitor', batch(1))).toMatchObject(taken)
  })
})
