import { describe, expect, test } from 'vitest'
import type { Client } from './client-api.ts'
import type { ConsentConfig } from './config.ts'
import type { Prepare } from './ports.ts'
import { createWorld, names, type Tab, type World } from './testing/world.ts'

const optIn: ConsentConfig = { policy: 'opt-in' }
const optOut: ConsentConfig = { policy: 'opt-out' }
const decision = 'Segment Consent Preference Updated'
const never = new Promise(() => {})

/** A tab that has tracked `early`, with what prepares it. */
const open = (world: World, prepare: Prepare, consent = optOut): Tab => {
  const tab = world.openTab({ consent }, { prepare })
  tab.client.track('early')
  return tab
}

/** Prepares when it is told to. */
const prepareLater = (world: World, delayMs: number, work: (client: Client) => void): Prepare => {
  return (client) =>
    new Promise<void>((resolve) => {
      world.clock.timer(() => {
        work(client)
        resolve()
      }, delayMs)
    })
}

describe('the first events wait for what is prepared', () => {
  test('they are neither stored nor sent before, and sent then', async () => {
    const world = createWorld()
    open(
      world,
      prepareLater(world, 500, () => {}),
    )
    await world.clock.advance(499)
    expect([world.device.writes, world.collector.requests.length, [...world.store.rows]]).toEqual([0, 0, []])
    await world.clock.advance(500)
    expect(names(world.collector.events)).toEqual(['early'])
  })

  test('what was pushed to the data layer waits too, and what came meanwhile may rename it', async () => {
    const world = createWorld()
    const rename = (client: Client): void =>
      void client.on('push', (item) => {
        item.event = 'Product Viewed'
      })
    const tab = open(world, prepareLater(world, 500, rename))
    tab.client.push({ event: 'view_item' })
    await world.clock.advance(2_000)
    expect(names(world.collector.events)).toEqual(['early', 'Product Viewed'])
  })

  test('a page that leaves does not wait with it', async () => {
    const world = createWorld()
    const tab = open(world, () => never)
    tab.client.push({ event: 'view_item' })
    tab.leave()
    await world.clock.advance(0)
    expect(names(world.collector.events)).toEqual(['early', 'view_item'])
  })

  test('one second at most', async () => {
    const world = createWorld()
    open(world, () => never)
    await world.clock.advance(999)
    expect(world.device.writes).toBe(0)
    await world.clock.advance(300)
    expect(names(world.collector.events)).toEqual(['early'])
  })

  test.each<[what: string, prepare: Prepare]>([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ])('what %s stops nothing', async (_what, prepare) => {
    const world = createWorld()
    open(world, prepare)
    await world.clock.advance(500)
    expect(names(world.collector.events)).toEqual(['early'])
  })

  test('a page that leaves does not wait', () => {
    const world = createWorld()
    open(world, () => never).leave()
    expect(names(world.collector.events)).toEqual(['early'])
  })

  test('those of a choice that was made long after wait one second at most from then', async () => {
    const world = createWorld()
    const { client } = open(world, () => never, optIn)
    await world.clock.advance(5_000)
    client.consent({ analytics: true })
    await world.clock.advance(999)
    expect([world.device.writes, world.collector.requests.length]).toEqual([0, 0])
    await world.clock.advance(300)
    expect(names(world.collector.events)).toEqual(['early', decision])
  })

  test('those of a choice that was made long after wait no longer where all was prepared long before', async () => {
    const world = createWorld()
    const { client } = open(world, async () => {}, optIn)
    await world.clock.advance(5_000)
    client.consent({ analytics: true })
    await world.clock.advance(300)
    expect(names(world.collector.events)).toEqual(['early', decision])
  })

  test.each<[given: string, consent: ConsentConfig, choice: boolean, sent: string[]]>([
    ['granted under opt-in', optIn, true, ['early', decision]],
    ['denied under opt-out', optOut, false, []],
  ])('CO5 it may decide: %s', async (_given, consent, analytics, sent) => {
    const world = createWorld()
    open(
      world,
      prepareLater(world, 900, (client) => client.consent({ analytics })),
      consent,
    )
    await world.clock.advance(5_000)
    expect(names(world.collector.events)).toEqual(sent)
    expect(world.collector.requests).toHaveLength(sent.length && 1)
  })
})

describe('the anonymousId of another of the site’s domains', () => {
  const theirs = JSON.stringify({ anonymousId: 'THEIRS', version: 9, userId: 'not this', consent: { analytics: true } })
  const bring: Prepare = async (_client, adopt) => adopt(theirs)
  const idOf = ({ collector }: World): string | undefined => collector.events[0]?.anonymousId

  test('is the visitor’s where the device has none, and is kept; nothing else comes along', async () => {
    const world = createWorld()
    open(world, bring)
    await world.clock.advance(1_000)
    expect(world.collector.events[0]).toMatchObject({ anonymousId: 'THEIRS' })
    expect(world.collector.events[0]!.userId).toBeUndefined()
    expect(JSON.parse(world.device.own!)).toMatchObject({ anonymousId: 'THEIRS' })
  })

  test.each<[where: string, lose: (world: World) => void]>([
    ['on the device', () => {}],
    ['in the store alone', ({ device }) => (device.shared = device.own = null)],
  ])('is not where there is one %s', async (_where, lose) => {
    const world = createWorld()
    world.openTab({ consent: optOut }).client.track('before')
    await world.clock.advance(1_000)
    lose(world)
    const own = idOf(world)
    open(world, bring)
    await world.clock.advance(1_000)
    expect(world.collector.events.map(({ anonymousId }) => anonymousId)).toEqual([own, own])
  })

  test('waits in memory for a choice, which it leaves as it is', async () => {
    const world = createWorld()
    const { client } = open(world, bring, optIn)
    await world.clock.advance(1_000)
    expect([world.device.writes, world.collector.requests.length, client.consent()]).toEqual([0, 0, {}])
    client.consent({ analytics: true })
    await world.clock.advance(1_000)
    expect(idOf(world)).toBe('THEIRS')
  })

  test('may be asked for once the visitor has agreed, however late: the first event waits for it', async () => {
    const world = createWorld()
    const { client } = open(
      world,
      (self, adopt) =>
        new Promise<void>((resolve) => {
          self.on('consent', () => {
            world.clock.timer(() => {
              adopt(theirs)
              resolve()
            }, 700)
          })
        }),
      optIn,
    )
    await world.clock.advance(60_000)
    client.consent({ analytics: true })
    await world.clock.advance(699)
    expect(world.device.writes).toBe(0)
    await world.clock.advance(1_000)
    expect(idOf(world)).toBe('THEIRS')
  })

  test('does not outlive a refusal', async () => {
    const world = createWorld()
    const { client } = open(world, bring, optIn)
    await world.clock.advance(100)
    client.consent({ analytics: false })
    client.consent({ analytics: true })
    await world.clock.advance(1_000)
    expect(idOf(world)).toBeDefined()
    expect(idOf(world)).not.toBe('THEIRS')
  })

  test('what is no JSON tells who brought it, and changes nothing', async () => {
    const world = createWorld()
    const told: unknown[] = []
    open(world, async (_client, adopt) => {
      try {
        adopt('{')
      } catch (error) {
        told.push(error)
      }
    })
    await world.clock.advance(1_000)
    expect(told).toHaveLength(1)
    expect(names(world.collector.events)).toEqual(['early'])
  })
})
