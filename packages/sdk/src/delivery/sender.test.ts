import { describe, expect, test } from 'vitest'
import { countQueued, createWorld, names, openCollecting, trackMany } from '../testing/world.ts'
import { bounds, utf8Bytes } from './bounds.ts'

describe('WI the request', () => {
  test('is text without preflight, with the write key and when it was sent', async () => {
    const world = createWorld()
    const { client } = await openCollecting(world)
    client.track('Product Viewed', { sku: 'é1' })
    await world.clock.advance(300)
    const [request] = world.collector.requests
    expect(request).toMatchObject({
      url: 'https://collect.example/v1/batch',
      body: {
        writeKey: 'wk',
        sentAt: Date.parse('2026-01-01T00:00:01.250Z'),
        batch: [
          {
            type: 'track',
            event: 'Product Viewed',
            properties: { sku: 'é1' },
            originalTimestamp: Date.parse('2026-01-01T00:00:01.000Z'),
            context: { page: { path: '/' }, library: { name: 'test' }, consent: { categoryPreferences: {} } },
          },
        ],
      },
    })
    const [event] = request!.body.batch
    expect(event!.messageId).toMatch(/^[0-9A-Z]{26}$/)
    expect(event!.anonymousId).toMatch(/^[0-9A-Z]{26}$/)
    expect(event!.context.sessionId).toMatch(/^[0-9A-Z]{26}$/)
  })

  test('gathers what comes within a quarter of a second, and is cut at 100 events and 30 KB', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    trackMany(tab, 'small', 150)
    tab.client.track('large', { text: 'é'.repeat(20_000) })
    tab.client.track('last')
    await world.clock.advance(300)
    for (const { body } of world.collector.requests) {
      expect(body.batch.length).toBeLessThanOrEqual(bounds.batchEvents)
      if (body.batch.length > 1) expect(utf8Bytes(JSON.stringify(body.batch))).toBeLessThan(bounds.batchBytes + 1_000)
    }
    expect(names(world.collector.events)).toEqual([...Array(150).fill('small'), 'large', 'last'])
  })
})

describe('QU1 a row leaves the queue when the collector has answered for it', () => {
  test.each<[status: number | 'fail' | 'hang', left: number, drops: object | undefined]>([
    [200, 0, undefined],
    [202, 0, undefined],
    [400, 0, { http_400: 3 }],
    [401, 0, { http_401: 3 }],
    [403, 0, { http_403: 3 }],
    [404, 0, { http_404: 3 }],
    [408, 3, undefined],
    [429, 3, undefined],
    [500, 3, undefined],
    [503, 3, undefined],
    [302, 3, undefined],
    ['fail', 3, undefined],
    ['hang', 3, undefined],
  ])('%s leaves %i of 3', async (reply, left, drops) => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => reply
    trackMany(tab, 'x', 3)
    await world.clock.advance(300)
    expect(countQueued(world)).toBe(left)
    world.collector.reply = () => 200
    tab.client.track('next')
    await world.clock.advance(60_000)
    expect(countQueued(world)).toBe(0)
    expect(names(world.collector.events)).toEqual([...Array(left || (drops ? 0 : 3)).fill('x'), 'next'])
    const counted = world.collector.requests
      .map(({ body }) => body.drops)
      .find((counts) => Object.keys(counts ?? {})[0])
    expect(counted).toEqual(drops)
  })

  test('removal is by id: what comes while a request is under way stays', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => {
      if (world.collector.requests.length === 1) trackMany(tab, 'meanwhile', 2)
      return 200
    }
    trackMany(tab, 'first', 2)
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(['first', 'first', 'meanwhile', 'meanwhile'])
    expect(countQueued(world)).toBe(0)
  })

  test('the next page sends what this one could not', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 'hang'
    trackMany(tab, 'x', 5)
    await world.clock.advance(300)
    world.collector.reply = () => 200
    const other = createWorld()
    // another device session on the same store: the first page is gone, with its lock
    for (const [key, value] of world.store.rows) other.store.rows.set(key, value)
    await other.store.read()
    await openCollecting(other)
    expect(names(other.collector.events)).toEqual(Array(5).fill('x'))
  })
})

describe('QU1 413 halves the batch', () => {
  test('until each part fits', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    const sizes: number[] = []
    world.collector.reply = ({ body }) => {
      sizes.push(body.batch.length)
      return body.batch.length > 3 ? 413 : 200
    }
    trackMany(tab, 'x', 20)
    await world.clock.advance(1_000)
    expect(sizes.slice(0, 4)).toEqual([20, 10, 5, 3])
    expect(world.collector.events).toHaveLength(20)
  })

  test('one event that is too large alone is dropped and counted, the others are sent', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = ({ body }) => (body.batch.some(({ event }) => event === 'huge') ? 413 : 200)
    trackMany(tab, 'x', 5)
    tab.client.track('huge')
    trackMany(tab, 'y', 5)
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual([...Array(5).fill('x'), ...Array(5).fill('y')])
    expect(world.collector.requests.map(({ body }) => body.drops?.http_413).filter(Boolean)).toEqual([1])
  })
})
