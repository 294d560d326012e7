import { describe, expect, test } from 'vitest'
import type { Client } from './client-api.ts'
import type { Config } from './config.ts'
import { createWorld, names, type Tab, type World } from './testing/world.ts'

const config: Partial<Config> = { consent: { policy: 'opt-out' } }
const open = async (world: World): Promise<Tab> => {
  const tab = world.openTab(config)
  await world.clock.advance(1_000)
  return tab
}

test('each call is an event of its type, with what it was given', async () => {
  const world = createWorld()
  const { client } = await open(world)
  client.track('Viewed', { sku: 1 })
  client.page('Home', { section: 'a' })
  client.page()
  client.screen('Start')
  client.identify('u1', { plan: 'a' })
  client.identify({ plan: 'b' })
  client.identify(42)
  client.group('g1', { size: 2 })
  client.alias('u2', 'u1')
  await world.clock.advance(1_000)
  expect(
    world.collector.events.map(({ type, event, name, properties, traits, userId, groupId, previousId }) =>
      JSON.parse(JSON.stringify({ type, event, name, properties, traits, userId, groupId, previousId })),
    ),
  ).toEqual([
    { type: 'track', event: 'Viewed', properties: { sku: 1 } },
    { type: 'page', name: 'Home', properties: { section: 'a' } },
    { type: 'page' },
    { type: 'screen', name: 'Start' },
    { type: 'identify', userId: 'u1', traits: { plan: 'a' } },
    { type: 'identify', userId: 'u1', traits: { plan: 'b' } },
    { type: 'identify', userId: '42' },
    { type: 'group', userId: '42', groupId: 'g1', traits: { size: 2 } },
    { type: 'alias', userId: 'u2', previousId: 'u1' },
  ])
})

test('QU1 an event is in the store in the microtask after its call', async () => {
  const world = createWorld()
  const { client } = await open(world)
  client.track('x')
  await Promise.resolve()
  expect(JSON.stringify([...world.store.rows.values()])).toContain('"x')
})

test('ids ascend in the order of the calls', async () => {
  const world = createWorld()
  const { client } = await open(world)
  for (let i = 0; i < 50; i++) client.track('x', { i })
  await world.clock.advance(1_000)
  const ids = world.collector.events.map(({ messageId }) => messageId)
  expect([...ids].sort()).toEqual(ids)
})

describe('reset', () => {
  test('separates what follows from who was here', async () => {
    const world = createWorld()
    const { client } = await open(world)
    world.collector.audiences = ['a']
    client.identify('u1')
    await world.clock.advance(1_000)
    expect(client.audiences()).toEqual(['a'])
    client.reset()
    expect(client.audiences()).toEqual([])
    client.track('x')
    await world.clock.advance(1_000)
    const [before, after] = world.collector.events
    expect(after!.userId).toBeUndefined()
    expect(after!.anonymousId).not.toBe(before!.anonymousId)
    expect(after!.context.sessionId).not.toBe(before!.context.sessionId)
  })

  test('holds in the other tabs too', async () => {
    const world = createWorld()
    const [a, b] = [await open(world), await open(world)]
    a.client.identify('u1')
    await world.clock.advance(1_000)
    a.client.reset()
    await world.clock.advance(0)
    b.client.track('from b')
    await world.clock.advance(1_000)
    expect(world.collector.events.at(-1)).toMatchObject({ event: 'from b' })
    expect(world.collector.events.at(-1)!.userId).toBeUndefined()
  })

  test('an answer about who was here before tells nobody his audiences', async () => {
    const world = createWorld()
    const { client } = await open(world)
    client.identify('u1')
    world.collector.audiences = ['of u1']
    client.reset()
    await world.clock.advance(1_000)
    expect(client.audiences()).toEqual([])
  })
})

describe('audiences', () => {
  test('come with the answer; listeners hear what is known at once, and then each change', async () => {
    const world = createWorld()
    const { client } = await open(world)
    const heard: (readonly string[])[] = []
    const stop = client.on('audiences', (ids) => heard.push(ids))
    for (const audiences of [['a'], ['a'], ['a', 'b'], []]) {
      world.collector.audiences = audiences
      client.track('x')
      await world.clock.advance(1_000)
      expect(client.audiences()).toEqual(audiences)
    }
    stop()
    world.collector.audiences = ['c']
    client.track('x')
    await world.clock.advance(1_000)
    expect(heard).toEqual([[], ['a'], ['a', 'b'], []])
  })

  test('are there at once on the next page', async () => {
    const world = createWorld()
    const { client } = await open(world)
    world.collector.audiences = ['a']
    client.track('x')
    await world.clock.advance(1_000)
    expect(world.openTab(config).client.audiences()).toEqual(['a'])
  })

  test('reach the other tabs', async () => {
    const world = createWorld()
    const [a, b] = [await open(world), await open(world)]
    const heard: (readonly string[])[] = []
    b.client.on('audiences', (ids) => heard.push(ids))
    world.collector.audiences = ['a']
    a.client.track('x')
    await world.clock.advance(1_000)
    expect(heard).toEqual([[], ['a']])
  })
})

test('consent tells its listeners, also those of other tabs, and returns the choice', async () => {
  const world = createWorld()
  const [a, b] = [await open(world), await open(world)]
  const heard: unknown[] = []
  b.client.on('consent', (choice) => heard.push(choice))
  expect(a.client.consent({ analytics: true, marketing: false })).toEqual({ analytics: true, marketing: false })
  expect(a.client.consent({ marketing: true })).toEqual({ analytics: true, marketing: true })
  a.client.consent({ marketing: true })
  await world.clock.advance(1_000)
  expect(heard.at(-1)).toEqual({ analytics: true, marketing: true })
  expect(names(world.collector.events)).toHaveLength(2)
})

test('ready calls back, answers are announced', async () => {
  const world = createWorld()
  const { client } = await open(world)
  const heard: string[] = []
  client.ready(() => heard.push('ready'))
  client.on('answer', ({ accepted }) => heard.push(`accepted ${accepted}`))
  client.track('x')
  await world.clock.advance(1_000)
  expect(heard).toEqual(['ready', 'accepted 1'])
})

test('QU4 nothing that the page passes makes a call throw', async () => {
  const world = createWorld()
  const { client } = await open(world)
  const hostile: unknown[] = [
    undefined,
    null,
    0,
    1n,
    '',
    Symbol('x'),
    () => 1,
    [],
    Object.create(null),
    new Proxy(
      {},
      {
        get() {
          throw new Error('no')
        },
        ownKeys() {
          throw new Error('no')
        },
      },
    ),
  ]
  const methods = Object.keys(client).filter((name) => name !== 'flush' && name !== 'forget')
  for (const name of methods)
    for (const first of hostile)
      for (const second of hostile)
        expect(() => (client[name as keyof Client] as (...input: unknown[]) => void)(first, second)).not.toThrow()
  client.track('still here')
  await world.clock.advance(10_000)
  expect(names(world.collector.events)).toContain('still here')
})

test('QU4 an answer of any shape is harmless', async () => {
  const world = createWorld()
  for (const answer of [null, 7, 'x', [], {}, { profile: null }, { profile: { audiences: 'x' } }]) {
    const { client } = world.openTab(config, {
      fetch: async () => ({ status: 200, headers: { get: () => null }, json: async () => answer }),
    })
    client.track('x')
    await world.clock.advance(1_000)
    expect(client.audiences()).toEqual([])
  }
  expect([...world.store.rows.keys()].filter((key) => key < ':')).toEqual([])
})

describe('a typed plan', () => {
  interface ShopPlan {
    'Product Viewed': { productId: string; price?: number }
    'Signed Out': { reason?: string }
  }
  const use = (client: Client<ShopPlan>): void => {
    client.track('Product Viewed', { productId: 'p1' })
    client.track('Product Viewed', { productId: 'p1', price: 2 })
    client.track('Signed Out')
    client.track('Signed Out', { reason: 'idle' })
    // @ts-expect-error an event that is not planned
    client.track('Product viewed', { productId: 'p1' })
    // @ts-expect-error a property that is missing
    client.track('Product Viewed')
    // @ts-expect-error a property of another type
    client.track('Product Viewed', { productId: 1 })
    // @ts-expect-error a property that is not planned
    client.track('Product Viewed', { productId: 'p1', colour: 'red' })
  }

  test('makes wrong events type errors, and changes nothing when it runs', async () => {
    const world = createWorld()
    const { client } = await open(world)
    use(client as unknown as Client<ShopPlan>)
    await world.clock.advance(1_000)
    expect(world.collector.events).toHaveLength(8)
  })
})
