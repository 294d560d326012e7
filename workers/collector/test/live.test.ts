import { evictDurableObject, listDurableObjectIds } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Env } from '../src/env.ts'
import { collect, fresh, identify, page, post, publish, track, workspace, writeKey } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

interface Shown {
  outcome?: string
  code?: string
  status?: number
  source?: string | null
  dropped?: number
  event?: Record<string, unknown>
}

interface Ear {
  socket: WebSocket
  protocol: string | null
  shown: Shown[]
}

const open: WebSocket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.close()
})

const connect = (query: string, headers: Record<string, string> = { authorization: 'Bearer admin' }) =>
  exports.default.fetch(
    new Request(`https://collector.example/admin/live${query}`, { headers: { upgrade: 'websocket', ...headers } }),
  )

const listen = async (query = '', headers?: Record<string, string>): Promise<Ear> => {
  const response = await connect(query, headers)
  if (!response.webSocket) throw new Error(`${response.status} ${await response.text()}`)
  const shown: Shown[] = []
  response.webSocket.addEventListener('message', ({ data }) => {
    shown.push(JSON.parse(String(data)))
  })
  response.webSocket.accept()
  open.push(response.webSocket)
  return { socket: response.webSocket, protocol: response.headers.get('sec-websocket-protocol'), shown }
}

const outcomes = (shown: readonly Shown[]) => shown.map(({ outcome, code }) => (code ? `${outcome} ${code}` : outcome))

describe('AD the live tail', () => {
  test('while nobody listens, nothing is sent to it', async () => {
    await collect([page({ anonymousId: fresh('a') })])
    expect(await listDurableObjectIds((env as Env).LIVE)).toEqual([])
  })

  test('shows what was accepted, is a duplicate, was rejected and was refused, with its code', async () => {
    const { shown } = await listen()
    const event = track({ anonymousId: fresh('a') }, 'Product Viewed', { properties: { price: 5 } })
    await collect([event, { type: 'track', messageId: 'bad', anonymousId: 'x' }])
    await collect([event])
    await (await post([], 'wk_of_nobody')).body?.cancel()
    await vi.waitFor(() => expect(shown).toHaveLength(4))
    expect(outcomes(shown).sort()).toEqual([
      'accepted',
      'duplicate',
      'refused unknown_write_key',
      'rejected missing_event_name',
    ])
    const taken = shown.find(({ outcome }) => outcome === 'accepted')
    expect(taken).toMatchObject({ source: 'web', event: { event: 'Product Viewed', properties: { price: 5 } } })
    expect(shown.find(({ outcome }) => outcome === 'refused')).toMatchObject({ status: 401, source: null })
  })

  test('shows what waits in the quarantine, and what bots sent, each with its code', async () => {
    await publish({ ...workspace(), plan: { events: { Known: {} }, onUnknown: 'quarantine' } })
    const { shown } = await listen()
    const agent = { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }
    await collect([
      track({ anonymousId: fresh('a') }, 'Unknown'),
      track({ anonymousId: fresh('a') }, 'Known', { context: { bot: true, ...agent } }),
      track({ anonymousId: fresh('a') }, 'Unknown', { context: { bot: true, ...agent } }),
    ])
    await vi.waitFor(() =>
      expect(outcomes(shown)).toEqual(['quarantined unknown_event', 'rejected bot', 'rejected bot']),
    )
    await publish(workspace())
  })

  const [a, b, email] = [fresh('a'), fresh('b'), 'live@x.example']
  test.each<[query: string, names: string[]]>([
    ['?source=web', ['Viewed', 'Bought', 'page', 'identify']],
    ['?source=till', []],
    ['?event=Bought', ['Bought']],
    ['?event=page', ['page']],
    [`?identifier=${a}`, ['Viewed', 'page']],
    [`?identifier=anonymous_id:${b}`, ['Bought', 'identify']],
    ['?identifier=email:%20LIVE@X.example', ['identify']],
    [`?identifier=${email}`, ['identify']],
    [`?identifier=${b}&event=Bought`, ['Bought']],
    ['?identifier=user_id:nobody', []],
  ])('%s filters', async (query, names) => {
    const { shown } = await listen(query)
    const all = await listen()
    await collect([
      track({ anonymousId: a }, 'Viewed'),
      track({ anonymousId: b }, 'Bought'),
      page({ anonymousId: a }),
      identify({ anonymousId: b }, { email }),
    ])
    await vi.waitFor(() => expect(all.shown).toHaveLength(4))
    expect(shown.map(({ event }) => event?.event ?? event?.type)).toEqual(names)
  })

  test('who refused consent is not shown, only that it was', async () => {
    const gated = { id: 'gated', kind: 'browser' as const, writeKey: 'wk_gated_1', collect: ['analytics'] }
    await publish(workspace({ sources: [...workspace().sources, gated] }))
    const { shown } = await listen('?source=gated')
    await collect([page({ anonymousId: 'somebody' })], gated.writeKey)
    await vi.waitFor(() => expect(outcomes(shown)).toEqual(['rejected consent_denied']))
    expect(JSON.stringify(shown)).not.toContain('somebody')
  })

  test('who does not say what it has seen misses some, and is told how many', async () => {
    const { socket, shown } = await listen()
    const anonymousId = fresh('many')
    for (let n = 0; n < 6; n++) await collect(Array.from({ length: 200 }, () => page({ anonymousId })))
    await vi.waitFor(() => expect(shown).toHaveLength(1_000))
    socket.send('1000')
    await vi.waitFor(async () => {
      await collect([page({ anonymousId })])
      expect(shown.length).toBeGreaterThan(1_001)
    })
    expect(shown[1_000]).toEqual({ dropped: expect.any(Number) })
    expect(shown[1_000]!.dropped).toBeGreaterThanOrEqual(200)
  })

  test('a request of more events than it shows says how many are missing', async () => {
    const { shown } = await listen()
    const anonymousId = fresh('large')
    await collect(Array.from({ length: 250 }, () => page({ anonymousId })))
    await collect([page({ anonymousId })])
    await vi.waitFor(() => expect(shown).toHaveLength(202))
    expect(shown.find(({ dropped }) => dropped)).toEqual({ dropped: 50 })
  })

  test('the object may sleep between two events', async () => {
    const { shown } = await listen('?event=Awake')
    await evictDurableObject((env as Env).LIVE.getByName('live'), { webSockets: 'hibernate' })
    await collect([track({ anonymousId: fresh('a') }, 'Awake'), track({ anonymousId: fresh('a') }, 'Other')])
    await vi.waitFor(() => expect(shown).toHaveLength(1))
  })
})

describe('AD who may listen', () => {
  const asProtocol = (token: string) => ({
    'sec-websocket-protocol': `spartito.live, spartito.token.${Buffer.from(token).toString('base64url')}`,
  })

  test('a token as a subprotocol, for browsers', async () => {
    const { protocol, shown } = await listen('', asProtocol('admin'))
    expect(protocol).toBe('spartito.live')
    await collect([page({ anonymousId: fresh('a') })])
    await vi.waitFor(() => expect(outcomes(shown)).toEqual(['accepted']))
  })

  test.each<[what: string, query: string, headers: Record<string, string>, status: number]>([
    ['nobody', '', {}, 401],
    ['a token in the URL', '?token=admin&access_token=admin', {}, 401],
    ['a wrong token', '', { authorization: 'Bearer nobody' }, 401],
    ['a wrong token as a subprotocol', '', asProtocol('nobody'), 401],
    ['a write key', '', { authorization: `Bearer ${writeKey}` }, 401],
    ['a source that is not there', '?source=nowhere', { authorization: 'Bearer admin' }, 404],
    ['a filter that is too long', `?event=${'x'.repeat(2_000)}`, { authorization: 'Bearer admin' }, 400],
  ])('%s is refused', async (_what, query, headers, status) => {
    const response = await connect(query, headers)
    expect(response.status).toBe(status)
    await response.body?.cancel()
  })

  test('a request that is no WebSocket is told so', async () => {
    const request = new Request('https://collector.example/admin/live', { headers: { authorization: 'Bearer admin' } })
    expect(await exports.default.fetch(request)).toMatchObject({ status: 426 })
  })

  test('a token as a subprotocol opens nothing but a WebSocket', async () => {
    const request = new Request('https://collector.example/admin/stats', { headers: asProtocol('admin') })
    expect(await exports.default.fetch(request)).toMatchObject({ status: 401 })
  })

  test('more than twenty are told to come again', async () => {
    for (let n = 0; n < 20; n++) await listen()
    const response = await connect('')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
    await response.body?.cancel()
  })
})
