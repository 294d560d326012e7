import { describe, expect, test } from 'vitest'
import type { ConsentConfig } from '../config.ts'
import { createWorld, names, type World } from '../testing/world.ts'

const optIn: ConsentConfig = { policy: 'opt-in', purposes: ['analytics', 'marketing'], collect: ['analytics'] }
const optOut: ConsentConfig = { ...optIn, policy: 'opt-out' }
const decision = 'Segment Consent Preference Updated'

const isUntouched = async ({ device, store, collector }: World): Promise<boolean> =>
  device.writes === 0 && !(await store.exists()) && collector.requests.length === 0

describe('a choice is remembered', () => {
  test('granted: the next page collects at once, and asks nobody', async () => {
    const world = createWorld()
    world.openTab({ consent: optIn }).client.consent({ analytics: true })
    await world.clock.advance(1_000)
    const { client } = world.openTab({ consent: optIn })
    client.consent({ analytics: true })
    client.track('next page')
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual([decision, 'next page'])
  })

  test('refused under opt-out: the next page collects nothing', async () => {
    const world = createWorld()
    world.openTab({ consent: optOut }).client.consent({ analytics: false })
    await world.clock.advance(1_000)
    const { client } = world.openTab({ consent: optOut })
    client.track('next page')
    await world.clock.advance(1_000)
    expect(world.collector.events).toEqual([])
  })

  test('Global Privacy Control leaves no trace of its own', async () => {
    const world = createWorld()
    const { client } = world.openTab({ consent: optOut }, { isPrivate: true })
    client.track('x')
    await world.clock.advance(1_000)
    expect(await isUntouched(world)).toBe(true)
    expect(client.consent()).toEqual({ analytics: false, marketing: false })
  })

  test('a refusal on another host of the site wins over an old id on this one', async () => {
    const world = createWorld()
    world.device.own = JSON.stringify({ version: 7, anonymousId: 'OLD', consent: { analytics: true } })
    world.device.shared = JSON.stringify({ version: 8, consent: { analytics: false } })
    const { client } = world.openTab({ consent: optIn })
    client.track('x')
    await world.clock.advance(1_000)
    expect(world.collector.requests).toEqual([])
    expect(world.device.own).not.toContain('OLD')
  })

  test('the store alone remembers it, after a kill lost cookies and localStorage', async () => {
    const world = createWorld()
    const before = world.openTab({ consent: optIn })
    before.client.consent({ analytics: true })
    await world.clock.advance(1_000)
    const id = world.collector.events[0]!.anonymousId
    world.device.shared = world.device.own = null
    const { client } = world.openTab({ consent: optIn })
    client.track('after the kill')
    await world.clock.advance(1_000)
    expect(world.collector.events.at(-1)).toMatchObject({ event: 'after the kill', anonymousId: id })
  })
})

test.each([optIn, optOut])(
  'CO1 $policy: decided twice before the store is read, each record says what was decided then',
  async (consent) => {
    const world = createWorld()
    const { client } = world.openTab({ consent: { ...consent, collect: ['marketing'] } })
    client.track('early')
    client.consent({ analytics: false })
    client.track('between')
    client.consent({ analytics: true, marketing: true })
    client.track('later')
    await world.clock.advance(1_000)
    const { events } = world.collector
    const all = { analytics: true, marketing: true }
    expect(events.map((event) => [event.event, event.context.consent.categoryPreferences])).toEqual([
      ['early', all],
      [decision, { analytics: false }],
      ['between', all],
      [decision, all],
      ['later', all],
    ])
  },
)

test('forget: nothing is left, and what follows is a first visit', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optOut })
  client.track('before')
  await world.clock.advance(1_000)
  client.forget()
  expect(world.device.own).not.toContain('anonymousId')
  client.track('after')
  await world.clock.advance(1_000)
  const [before, after] = world.collector.events
  expect(after!.anonymousId).not.toBe(before!.anonymousId)
  const asking = world.openTab({ consent: optIn })
  asking.client.consent({ analytics: true })
  asking.client.forget()
  expect(asking.client.consent()).toEqual({})
})

test('forget in one tab: the others do not go on with the old id, nor send what they had', async () => {
  const world = createWorld()
  const [a, b] = [world.openTab({ consent: optOut }), world.openTab({ consent: optOut })]
  await world.clock.advance(1_000)
  world.collector.reply = () => 503
  b.client.track('old')
  const id = JSON.parse(world.device.own!).anonymousId
  a.client.forget()
  await world.clock.advance(0)
  world.collector.reply = () => 200
  b.leave()
  b.client.track('new')
  await world.clock.advance(600_000)
  expect(names(world.collector.events)).toEqual(['new'])
  expect(world.collector.events[0]!.anonymousId).not.toBe(id)
})
