import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createServerClient, type ServerConfig } from './client.ts'
import type { Dropped } from './outbox.ts'
import { type Scripted, startScriptedCollector } from './testing/scripted-collector.ts'

const start = async (script: Scripted[] = [], more: Partial<ServerConfig> = {}) => {
  const collector = await startScriptedCollector(script)
  onTestFinished(() => collector.stop())
  const dropped: Dropped[] = []
  const delays: string[] = []
  const client = createServerClient({
    collector: collector.origin,
    key: 'sk_test_1',
    flushAfterMs: 5,
    onDrop: (one) => dropped.push(one),
    onDelay: (reason) => delays.push(reason),
    ...more,
  })
  return { client, collector, dropped, delays }
}
const who = { userId: 'ada' }
const failure = (status: number, code = 'unavailable'): Scripted => ({
  status,
  body: { success: false, code, message: 'why' },
})

describe('what is sent', () => {
  test('events of one moment share a request, with their types, times and ids', async () => {
    const { client, collector } = await start()
    const timestamp = new Date('2026-01-31T12:00:00Z')
    const ids = await Promise.all([
      client.track({ ...who, event: 'Order Completed', properties: { revenue: 12 }, timestamp }),
      client.identify({ ...who, traits: { plan: 'pro' }, messageId: 'mine' }),
      client.group({ anonymousId: 'device', groupId: 'acme' }),
      client.alias({ ...who, previousId: 'old' }),
    ])
    expect(await client.close()).toBe(0)
    expect(collector.requests).toHaveLength(1)
    const [{ authorization, sentAt, batch }] = collector.requests as [(typeof collector.requests)[0]]
    expect(authorization).toBe(`Basic ${btoa('sk_test_1:')}`)
    expect(Math.abs(sentAt - Date.now())).toBeLessThan(60_000)
    expect(batch.map(({ messageId }) => messageId)).toEqual(ids)
    expect(batch).toMatchObject([
      { type: 'track', userId: 'ada', event: 'Order Completed', properties: { revenue: 12 }, timestamp: +timestamp },
      { type: 'identify', traits: { plan: 'pro' }, messageId: 'mine' },
      { type: 'group', anonymousId: 'device', groupId: 'acme' },
      { type: 'alias', previousId: 'old' },
    ])
  })

  test('many events are several requests, in their order, one at a time', async () => {
    const { client, collector } = await start()
    for (let n = 0; n < 1_203; n++) void client.track({ ...who, event: 'Tick', messageId: `m${n}` })
    expect(await client.close()).toBe(0)
    expect(collector.requests.length).toBeGreaterThanOrEqual(3)
    const ids = collector.requests.flatMap(({ batch }) => batch.map(({ messageId }) => messageId))
    expect(ids).toEqual(Array.from({ length: 1_203 }, (_, n) => `m${n}`))
  })

  test('bodies stay below the collector’s limit, in bytes', async () => {
    const { client, collector } = await start()
    for (let n = 0; n < 60; n++) void client.track({ ...who, event: 'Large', properties: { text: 'é'.repeat(10_000) } })
    expect(await client.close()).toBe(0)
    for (const { batch } of collector.requests)
      expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(500 * 1_024)
  })
})

describe('WI7 what delays and what ends', () => {
  test.each<[what: string, script: Scripted[]]>([
    ['500', [failure(500)]],
    ['503 with Retry-After', [{ status: 503, headers: { 'retry-after': '1' } }]],
    ['429', [failure(429, 'rate_limited')]],
    ['408', [failure(408)]],
    ['a key that is not known yet', [failure(401, 'unauthorized')]],
    ['a connection that breaks', ['reset']],
    ['a proxy’s page with 404', [{ status: 404, body: '<h1>not here</h1>' }]],
    ['a proxy’s page with 200', [{ status: 200, body: '<h1>welcome</h1>' }]],
    ['no answer at all', ['hang']],
  ])('%s: the events come again under their ids', async (_what, script) => {
    const { client, collector, dropped, delays } = await start(script, { timeoutMs: 300 })
    const ids = await Promise.all([1, 2, 3].map(() => client.track({ ...who, event: 'Kept' })))
    expect(await client.close(8_000)).toBe(0)
    expect(collector.requests.map(({ batch }) => batch.map(({ messageId }) => messageId))).toEqual([ids, ids])
    expect(dropped).toEqual([])
    expect(delays).toHaveLength(1)
  })

  test('what the collector has asked to wait is waited for, however many events come meanwhile', async () => {
    const { client, collector } = await start([{ status: 429, headers: { 'retry-after': '2' } }])
    const from = Date.now()
    const until = from + 1_000
    for (let n = 0; Date.now() < until; n++) {
      void client.track({ ...who, event: 'Tick' })
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(collector.requests).toHaveLength(1)
    expect(await client.close(10_000)).toBe(0)
    expect(Date.now() - from).toBeGreaterThan(1_990)
  })

  test('400: they are dropped and told, with the collector’s code', async () => {
    const { client, collector, dropped } = await start([failure(400, 'invalid_field')])
    const id = await client.track({ ...who, event: 'Refused' })
    expect(await client.close()).toBe(0)
    expect(collector.requests).toHaveLength(1)
    expect(dropped).toEqual([{ messageId: id, code: 'invalid_field', message: expect.stringContaining('400') }])
  })

  test('of a batch that is stored, those that are rejected are told', async () => {
    const rejected = [{ index: 1, messageId: 'b', code: 'invalid_field', message: 'no' }]
    const { client, dropped } = await start([{ status: 200, body: { success: true, accepted: 1, rejected } }])
    for (const messageId of ['a', 'b']) void client.track({ ...who, event: 'One', messageId })
    expect(await client.close()).toBe(0)
    expect(dropped).toEqual([{ messageId: 'b', code: 'invalid_field', message: 'no' }])
  })

  test('413: halves, until one alone is too large', async () => {
    const tooLarge = failure(413, 'too_large_batch')
    const { client, collector, dropped } = await start([tooLarge, tooLarge, tooLarge])
    for (const messageId of ['a', 'b', 'c', 'd']) void client.track({ ...who, event: 'One', messageId })
    expect(await client.close()).toBe(0)
    expect(collector.requests.map(({ batch }) => batch.length)).toEqual([4, 2, 1, 2, 1])
    expect(dropped.map(({ messageId, code }) => [messageId, code])).toEqual([['a', 'too_large_batch']])
  })

  test('what is too old is dropped and told', async () => {
    const { client, dropped } = await start([failure(503), failure(503)], { maxAgeMs: 1 })
    void client.track({ ...who, event: 'Old', messageId: 'old' })
    expect(await client.close(4_000)).toBe(0)
    expect(dropped).toMatchObject([{ messageId: 'old', code: 'too_old' }])
  })
})

test('a process whose client is closed ends by itself', async () => {
  const { collector } = await start([failure(503)])
  const program = fileURLToPath(new URL('./testing/close-and-end.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, collector.origin])
  expect(stdout).toBe('0\n')
})

describe('QU4 nothing throws, and nothing vanishes without a code', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  test.each<[what: string, event: object, code: string]>([
    ['nobody', { event: 'A' }, 'missing_identity'],
    ['a cycle', { ...who, event: 'A', properties: cycle }, 'invalid_event'],
    ['a BigInt', { ...who, event: 'A', properties: { n: 1n } }, 'invalid_event'],
    ['more than 32 KB', { ...who, event: 'A', properties: { text: 'x'.repeat(40_000) } }, 'too_large_event'],
  ])('%s', async (_what, event, code) => {
    const { client, collector, dropped } = await start()
    expect(await client.track(event as never)).toBeUndefined()
    await client.close()
    expect(dropped).toMatchObject([{ code }])
    expect(collector.requests).toEqual([])
  })

  test('a full queue and a closed client', async () => {
    const { client, dropped } = await start([], { maxWaiting: 2, flushAfterMs: 10_000 })
    const ids = await Promise.all(['a', 'b', 'c'].map((messageId) => client.track({ ...who, event: 'E', messageId })))
    expect(ids).toEqual(['a', 'b', undefined])
    expect(await client.close()).toBe(0)
    await client.track({ ...who, event: 'E', messageId: 'd' })
    expect(dropped.map(({ messageId, code }) => [messageId, code])).toEqual([
      ['c', 'full'],
      ['d', 'closed'],
    ])
  })

  test('listeners that throw, and what is no event', async () => {
    const thrower = (): never => {
      throw new Error('of the application')
    }
    const { client, collector } = await start([failure(503), failure(400)], { onDrop: thrower, onDelay: thrower })
    expect(await client.track({ event: 'A' } as never)).toBeUndefined()
    expect(await client.track(null as never)).toBeUndefined()
    expect(await client.track({ ...who, event: 'B' })).toBeDefined()
    expect(await client.close(5_000)).toBe(0)
    expect(collector.requests).toHaveLength(2)
  })

  test.each([
    ['no URL', { collector: 'data.example', key: 'k' }, 'must be an origin'],
    ['no key', { collector: 'https://data.example', key: '' }, 'key is missing'],
  ])('%s is told at once', (_what, config, says) => {
    expect(() => createServerClient(config)).toThrow(says)
  })
})
