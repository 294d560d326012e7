import { describe, expect, test } from 'vitest'
import { countQueued, createWorld, names, openCollecting, trackMany } from '../testing/world.ts'

describe('QU2 one sender over all tabs', () => {
  test('two tabs with one store send each event once', async () => {
    const world = createWorld()
    const [a, b] = [await openCollecting(world), await openCollecting(world)]
    trackMany(a, 'a', 120)
    trackMany(b, 'b', 120)
    await world.clock.advance(10_000)
    const ids = world.collector.events.map(({ messageId }) => messageId)
    expect(ids).toHaveLength(240)
    expect(new Set(ids).size).toBe(240)
    expect(countQueued(world)).toBe(0)
  })

  test('what another tab has sent is not sent again by the page that recorded it', async () => {
    const world = createWorld()
    const [a, b] = [await openCollecting(world), await openCollecting(world)]
    a.client.track('mine')
    await world.clock.advance(100)
    await b.client.flush()
    await world.clock.advance(1_000)
    a.leave()
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(['mine'])
  })

  test('a store that was emptied underneath does not lose what memory has', async () => {
    const world = createWorld()
    const { client } = await openCollecting(world)
    client.track('kept')
    await world.clock.advance(100)
    world.store.rows.clear()
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(['kept'])
  })
})

describe('QU1 a store that fails', () => {
  test.each(['reject', 'throw', 'hang'] as const)('%s: events are sent from memory', async (fault) => {
    const world = createWorld()
    world.store.fault = fault
    const tab = world.openTab({ consent: { policy: 'opt-out' } })
    trackMany(tab, 'x', 5)
    await world.clock.advance(10_000)
    expect(names(world.collector.events)).toEqual(Array(5).fill('x'))
    trackMany(tab, 'y', 5)
    await world.clock.advance(10_000)
    expect(world.collector.events).toHaveLength(10)
  })

  test('for a while: what could not be written is written with the next event', async () => {
    const world = createWorld()
    const tab = await openCollecting(world)
    world.collector.reply = () => 503
    world.store.fault = 'reject'
    tab.client.track('while full')
    await world.clock.advance(100)
    expect(countQueued(world)).toBe(0)
    world.store.fault = undefined
    tab.client.track('after')
    await world.clock.advance(0)
    expect(countQueued(world)).toBe(2)
  })
})
