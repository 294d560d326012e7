import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../testing/memory-store.ts'
import { countQueued, createWorld, names, openCollecting, trackMany } from '../testing/world.ts'
import { utf8Bytes } from './bounds.ts'

describe('QU2 leaving', () => {
  test('sends at once with keepalive what this page has not sent', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    trackMany(tab, 'x', 20)
    tab.leave()
    expect(world.collector.requests).toHaveLength(1)
    expect(world.collector.requests[0]).toMatchObject({ keepalive: true })
    await world.clock.advance(1_000)
    expect(world.collector.events).toHaveLength(20)
    expect(countQueued(world)).toBe(0)
  })

  test('also in the task in which the page began, before the store has answered', async () => {
    const world = createWorld()
    world.store.fault = 'hang'
    const tab = world.openTab({ consent: { policy: 'opt-out' } })
    trackMany(tab, 'x', 20)
    tab.leave()
    expect(world.collector.requests).toHaveLength(1)
    expect(world.collector.events).toHaveLength(20)
  })

  // Seen in Chromium: a page that starts, tracks and leaves in one task is gone before its database has opened, and until then
  // its calls are in memory alone.
  test.fails('and when the collector cannot be reached then, the next page sends it', async () => {
    const world = createWorld()
    const unopened = createMemoryStore()
    unopened.fault = 'hang'
    const isGone = (): undefined => undefined
    const ports = { store: unopened, timer: isGone }
    world.collector.reply = () => 'fail'
    const tab = world.openTab({ consent: { policy: 'opt-out' } }, ports)
    trackMany(tab, 'x', 20)
    tab.leave()
    await world.clock.advance(0)
    world.collector.reply = () => 200
    await openCollecting(world)
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(Array(20).fill('x'))
  })

  test.each([
    ['when the page has just broken off the request that was under way', 'fail', 2],
    ['but not before the collector wants', 503, 1],
  ] as const)('also %s', async (_when, reply, requests) => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => reply
    world.collector.retryAfter = '60'
    tab.client.track('x')
    await world.clock.advance(300)
    expect(world.collector.requests).toHaveLength(1)
    tab.client.track('y')
    tab.leave()
    expect(world.collector.requests).toHaveLength(requests)
  })

  test('keeps to the 64 KiB of keepalive in UTF-8 bytes; the rest stays in the store', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    for (let i = 0; i < 100; i++) tab.client.track('x', { text: 'é'.repeat(1_000) })
    tab.leave()
    tab.leave()
    await world.clock.advance(0)
    const bytes = world.collector.requests.map(({ body }) => utf8Bytes(JSON.stringify(body)))
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(65_536)
    expect(countQueued(world)).toBe(100 - world.collector.events.length)
  })

  test('does not send twice what is under way', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 'hang'
    trackMany(tab, 'x', 5)
    await world.clock.advance(300)
    tab.leave()
    tab.leave()
    expect(world.collector.requests).toHaveLength(1)
  })

  test('retries go without keepalive: over its quota it fails every time', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = ({ keepalive }) => (keepalive ? 'fail' : 200)
    tab.client.track('x')
    await world.clock.advance(5_000)
    expect(world.collector.requests.map(({ keepalive }) => keepalive)).toEqual([true, false])
    expect(world.collector.events).toHaveLength(1)
  })

  test('but the last try of a leaving page goes with it', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => (world.collector.requests.length === 1 ? 'fail' : 'hang')
    tab.client.track('x')
    await world.clock.advance(5_000)
    tab.client.track('y')
    tab.leave()
    expect(world.collector.requests.map(({ keepalive }) => keepalive)).toEqual([true, false, true])
  })
})
