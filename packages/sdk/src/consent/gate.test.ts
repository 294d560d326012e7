import { describe, expect, test } from 'vitest'
import type { Choice } from '../client-api.ts'
import type { ConsentConfig } from '../config.ts'
import { createWorld, names, type World } from '../testing/world.ts'
import { maxHeld } from './gate.ts'

const optIn: ConsentConfig = { policy: 'opt-in', purposes: ['analytics', 'marketing'], collect: ['analytics'] }
const optOut: ConsentConfig = { ...optIn, policy: 'opt-out' }
const granted: ConsentConfig = { ...optIn, policy: 'granted' }
const decision = 'Segment Consent Preference Updated'

const isUntouched = async ({ device, store, collector }: World): Promise<boolean> =>
  device.writes === 0 && !(await store.exists()) && collector.requests.length === 0

describe('CO5 what a start means', () => {
  test.each<[given: string, consent: ConsentConfig | undefined, isPrivate: boolean, choices: Choice[], sent: string[]]>(
    [
      ['opt-in, no choice', optIn, false, [], []],
      ['opt-in, granted', optIn, false, [{ analytics: true }], ['early', decision]],
      ['opt-in, denied', optIn, false, [{ analytics: false }], []],
      ['opt-in, another purpose granted', optIn, false, [{ marketing: true }], []],
      [
        'opt-in, one of two collected granted',
        { ...optIn, collect: ['analytics', 'marketing'] },
        false,
        [{ analytics: true }],
        [],
      ],
      [
        'opt-in, ALL of two collected granted',
        { ...optIn, collect: ['analytics', 'marketing'] },
        false,
        [{ analytics: true, marketing: true }],
        ['early', decision],
      ],
      ['opt-in, denied and then granted', optIn, false, [{ analytics: false }, { analytics: true }], [decision]],
      ['opt-out, no choice', optOut, false, [], ['early']],
      ['opt-out, granted', optOut, false, [{ analytics: true }], ['early', decision]],
      ['opt-out, denied before anything was sent', optOut, false, [{ analytics: false }], []],
      ['opt-out with GPC, no choice', optOut, true, [], []],
      ['opt-out with GPC, granted here', optOut, true, [{ analytics: true }], [decision]],
      ['granted, no choice', granted, false, [], ['early']],
      ['granted, granted by the visitor', granted, false, [{ analytics: true }], ['early', decision]],
      ['granted, denied before anything was sent', granted, false, [{ analytics: false }], []],
      ['granted, what is not collected denied', granted, false, [{ marketing: false }], ['early', decision]],
      ['granted with GPC, no choice', granted, true, [], []],
      ['granted with GPC, granted here', granted, true, [{ analytics: true }], [decision]],
      ['no configuration is opt-in for analytics', undefined, false, [], []],
      ['no configuration, granted', undefined, false, [{ analytics: true }], ['early', decision]],
      ['a misspelt policy is opt-in', { ...optIn, policy: 'optout' as 'opt-out' }, false, [], []],
      ['a word that is not true grants nothing', optIn, false, [{ analytics: 'denied' as unknown as boolean }], []],
    ],
  )('%s', async (_given, consent, isPrivate, choices, sent) => {
    const world = createWorld()
    const { client } = world.openTab({ consent }, { isPrivate })
    client.track('early')
    for (const choice of choices) client.consent(choice)
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(sent)
    if (!sent.length && consent !== optOut && consent !== granted) expect(await isUntouched(world)).toBe(true)
  })
})

test('CO5 while nothing is chosen, leaving, waking and flushing touch nothing either', async () => {
  const world = createWorld()
  const tab = world.openTab({ consent: optIn })
  tab.client.track('early')
  tab.client.identify('u')
  tab.client.reset()
  const cycle: Record<string, unknown> = {}
  cycle.cycle = cycle
  tab.client.track('bad', cycle)
  await tab.client.flush()
  tab.leave()
  tab.wake()
  await world.clock.advance(60_000)
  expect(await isUntouched(world)).toBe(true)
})

test('CO5 before a choice not even the lock is asked for: without Web Locks it is a write', async () => {
  const world = createWorld()
  let locks = 0
  const lock = async (): Promise<void> => {
    locks++
  }
  const tab = world.openTab({ consent: optIn }, { lock })
  tab.client.track('early')
  tab.wake()
  await tab.client.flush()
  expect(locks).toBe(0)
})

test('CO5 granted: what waited is sent with its original times and the choice', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  client.track('first')
  await world.clock.advance(5_000)
  client.track('second')
  await world.clock.advance(5_000)
  client.consent({ analytics: true, marketing: false })
  await world.clock.advance(1_000)
  const [first, second, third] = world.collector.events
  expect(first?.originalTimestamp).toBe(Date.parse('2026-01-01T00:00:00.000Z'))
  expect(second?.originalTimestamp).toBe(Date.parse('2026-01-01T00:00:05.000Z'))
  expect(third?.originalTimestamp).toBe(Date.parse('2026-01-01T00:00:10.000Z'))
  for (const event of [first, second, third])
    expect(event?.context.consent.categoryPreferences).toEqual({ analytics: true, marketing: false })
  expect(new Set(world.collector.events.map(({ anonymousId }) => anonymousId)).size).toBe(1)
})

test('CO5 a snapshot is held: what the page changes later is not sent', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  const properties = { color: 'red' }
  client.track('seen', properties)
  properties.color = 'blue'
  client.consent({ analytics: true })
  await world.clock.advance(1_000)
  expect(world.collector.events[0]?.properties).toEqual({ color: 'red' })
})

test('QU3 what waits is bounded, and what found no room is counted', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  for (let i = 0; i < maxHeld + 5; i++) client.track('held', { i })
  client.consent({ analytics: true })
  await world.clock.advance(5_000)
  expect(world.collector.events.filter(({ event }) => event === 'held')).toHaveLength(maxHeld)
  // the decision found no room either, but it is remembered, and every event carries it
  expect(world.collector.requests.map(({ body }) => body.drops?.held ?? 0)).toContain(6)
})

test('CO5 a grant in one tab releases what waits in the others', async () => {
  const world = createWorld()
  const [a, b] = [world.openTab({ consent: optIn }), world.openTab({ consent: optIn })]
  b.client.track('waited in b')
  a.client.consent({ analytics: true })
  await world.clock.advance(1_000)
  expect(names(world.collector.events).sort()).toEqual([decision, 'waited in b'])
  expect(new Set(world.collector.events.map(({ anonymousId }) => anonymousId)).size).toBe(1)
})

describe('granted: every purpose counts as granted until the visitor decides', () => {
  test('and events say so', async () => {
    const world = createWorld()
    const { client } = world.openTab({ consent: granted })
    client.track('before')
    await world.clock.advance(1_000)
    client.consent({ marketing: false })
    await world.clock.advance(1_000)
    expect(world.collector.events.map(({ context }) => context.consent.categoryPreferences)).toEqual([
      { analytics: true, marketing: true },
      { analytics: true, marketing: false },
    ])
  })

  test('a refusal before anything was stored holds on the next page', async () => {
    const world = createWorld()
    world.openTab({ consent: granted }).client.consent({ analytics: false })
    await world.clock.advance(1_000)
    world.openTab({ consent: granted }).client.track('next page')
    await world.clock.advance(1_000)
    expect(world.collector.requests).toEqual([])
  })

  test('Global Privacy Control refuses what was not decided', async () => {
    const world = createWorld()
    const { client } = world.openTab({ consent: granted }, { isPrivate: true })
    expect(client.consent()).toEqual({ analytics: false, marketing: false })
    client.consent({ analytics: true })
    expect(client.consent()).toEqual({ analytics: true, marketing: false })
  })
})

describe('CO1 a decision', () => {
  test('carries what is known of it', async () => {
    const world = createWorld()
    const { client } = world.openTab({ consent: optIn })
    client.consent({ analytics: true }, { source: 'tcf', policyVersion: 4, proof: 'CQ…' })
    await world.clock.advance(1_000)
    expect(world.collector.events[0]).toMatchObject({
      event: decision,
      properties: { source: 'tcf', policyVersion: 4, proof: 'CQ…' },
    })
  })

  test.each<[what: string, consent: ConsentConfig, choices: Choice[], count: number]>([
    ['the first is recorded, though it changes nothing', granted, [{ analytics: true, marketing: true }], 1],
    ['the same again is not', granted, [{ analytics: true }, { analytics: true }], 1],
    ['one about a purpose that was not decided is', granted, [{ analytics: true }, { marketing: true }], 2],
    ['one about nothing is none', granted, [{}], 0],
  ])('%s', async (_what, consent, choices, count) => {
    const world = createWorld()
    const { client } = world.openTab({ consent })
    await world.clock.advance(1_000)
    for (const choice of choices) client.consent(choice)
    await world.clock.advance(1_000)
    expect(names(world.collector.events)).toEqual(Array(count).fill(decision))
  })

  test('a withdrawal holds, even when what is said about it cannot be sent', async () => {
    const world = createWorld()
    const { client } = world.openTab({ consent: optIn })
    client.consent({ analytics: true })
    await world.clock.advance(1_000)
    client.consent({ analytics: false }, { proof: 1n as unknown as string })
    client.track('after')
    await world.clock.advance(10_000)
    expect(names(world.collector.events)).toEqual([decision])
    expect(world.device.own).not.toContain('anonymousId')
  })
})
