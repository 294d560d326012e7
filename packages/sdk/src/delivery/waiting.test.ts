import { describe, expect, test } from 'vitest'
import { countQueued, createWorld, names, openCollecting, trackMany } from '../testing/world.ts'

describe('QU2 waiting', () => {
  test('after failures tries are further and further apart, and the queue stays', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    const times: number[] = []
    world.collector.reply = () => {
      times.push(world.clock.now())
      return 503
    }
    trackMany(tab, 'x', 3)
    await world.clock.advance(3_600_000)
    const gaps = times.slice(1).map((at, index) => at - times[index]!)
    // half of each bound, since the test's random is 0.5
    expect(gaps.slice(0, 10)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000])
    expect(countQueued(world)).toBe(3)
  })

  test('Retry-After is waited out, whatever wakes the page and whatever is tracked', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 429
    world.collector.retryAfter = '7'
    tab.client.track('x')
    await world.clock.advance(300)
    for (const _ of Array(6)) {
      tab.wake()
      tab.client.track('more')
      tab.leave()
      await world.clock.advance(1_000)
    }
    expect(world.collector.requests).toHaveLength(1)
    world.collector.reply = () => 200
    await world.clock.advance(3_000)
    expect(world.collector.events).toHaveLength(7)
  })

  test('a page that comes back, or back online, tries at once', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 'fail'
    tab.client.track('x')
    await world.clock.advance(600_000)
    world.collector.reply = () => 200
    tab.wake()
    await world.clock.advance(0)
    expect(names(world.collector.events)).toEqual(['x'])
  })

  test.each([31_536_000_000, -31_536_000_000])(
    'a clock that jumps by %i ms between failure and retry changes nothing',
    async (jumpMs) => {
      const world = createWorld()
      const tab = await openCollecting(world)
      world.collector.reply = () => 429
      world.collector.retryAfter = '60'
      tab.client.track('x')
      await world.clock.advance(1_000)
      world.clock.jump(jumpMs)
      world.collector.reply = () => 200
      tab.client.track('y')
      await world.clock.advance(61_000)
      // a year ahead the waiting event is too old: it is dropped, and counted
      const sent = names(world.collector.events)
      expect(sent).toContain('y')
      if (jumpMs > 0) expect(world.collector.requests.at(-1)!.body.drops).toEqual({ overflow: 1 })
      else expect(sent).toContain('x')
    },
  )

  test('a request that is never answered is given up after 30 s, and the lock with it', async () => {
    const world = createWorld()
    const [a, b] = [await openCollecting(world), await openCollecting(world)]
    world.collector.reply = () => 'hang'
    a.client.track('x')
    await world.clock.advance(1_000)
    world.collector.reply = () => 200
    b.client.track('y')
    await world.clock.advance(31_000)
    expect(names(world.collector.events).sort()).toEqual(['x', 'y'])
  })

  test('a wait that was cut short does not cut the next one short', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 503
    tab.client.track('x')
    await world.clock.advance(20_000)
    world.collector.reply = () => 429
    world.collector.retryAfter = '120'
    tab.wake()
    await world.clock.advance(0)
    const tries = world.collector.requests.length
    await world.clock.advance(100_000)
    expect(world.collector.requests).toHaveLength(tries)
  })
})
