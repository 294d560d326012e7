import { describe, expect, test } from 'vitest'
import { countQueued, createWorld, openCollecting, trackMany } from '../testing/world.ts'
import { bounds } from './bounds.ts'

describe('QU3 drops are counted, and the counts sent', () => {
  test('once, with the next batch', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    const cycle: Record<string, unknown> = {}
    cycle.cycle = cycle
    tab.client.track('cycle', cycle)
    tab.client.track('big', { n: 1n })
    tab.client.track('fine')
    await world.clock.advance(1_000)
    tab.client.track('later')
    await world.clock.advance(1_000)
    expect(world.collector.requests.map(({ body }) => body.drops)).toEqual([{ error: 2 }, {}])
  })

  test('an answer zeroes what was sent, not what was dropped meanwhile', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    tab.client.track('big', { n: 1n })
    tab.client.track('first')
    world.collector.reply = () => {
      if (world.collector.requests.length === 1) for (const n of [1n, 2n]) tab.client.track('big', { n })
      return 200
    }
    await world.clock.advance(1_000)
    tab.client.track('second')
    await world.clock.advance(1_000)
    expect(world.collector.requests.map(({ body }) => body.drops)).toEqual([{ error: 1 }, { error: 2 }])
  })

  test('counts that were refused survive the page, and add up', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 400
    trackMany(tab, 'x', 3)
    await world.clock.advance(1_000)
    tab.client.track('y')
    await world.clock.advance(1_000)
    await tab.client.flush()
    world.collector.reply = () => 200
    const next = await openCollecting(world)
    next.client.track('z')
    await world.clock.advance(1_000)
    expect(world.collector.requests.at(-1)!.body.drops).toEqual({ http_400: 4 })
  })

  test('a batch sent on leaving takes no counts along, and deletes none', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 400
    tab.client.track('refused')
    await world.clock.advance(1_000)
    world.collector.reply = () => 200
    await tab.client.flush()
    tab.client.track('left')
    tab.leave()
    await world.clock.advance(1_000)
    tab.client.track('next')
    await world.clock.advance(1_000)
    expect(world.collector.requests.map(({ body }) => body.drops)).toEqual([{}, undefined, { http_400: 1 }])
  })

  test('more than the queue holds: the oldest go, and are counted', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 503
    trackMany(tab, 'x', bounds.events + 10)
    await world.clock.advance(10_000)
    expect(countQueued(world)).toBeLessThanOrEqual(bounds.events)
    world.collector.reply = () => 200
    await world.clock.advance(60_000)
    const counted = world.collector.requests.reduce((sum, { body }) => Math.max(sum, body.drops?.overflow ?? 0), 0)
    expect(world.collector.events.length + counted).toBe(bounds.events + 10)
  })
})
