import { expect, test } from 'vitest'
import type { ConsentConfig } from '../config.ts'
import { createWorld, names, type World } from '../testing/world.ts'

const optIn: ConsentConfig = { policy: 'opt-in', purposes: ['analytics', 'marketing'], collect: ['analytics'] }
const _optOut: ConsentConfig = { ...optIn, policy: 'opt-out' }
const _granted: ConsentConfig = { ...optIn, policy: 'granted' }
const decision = 'Segment Consent Preference Updated'

const _isUntouched = async ({ device, store, collector }: World): Promise<boolean> =>
  device.writes === 0 && !(await store.exists()) && collector.requests.length === 0

test('CO5, CO6 withdrawn: the decision is sent with the id, then nothing is left of it', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  client.consent({ analytics: true })
  client.identify('u1')
  await world.clock.advance(1_000)
  const id = world.collector.events[0]!.anonymousId
  world.collector.events.length = 0
  world.collector.reply = () => 503
  client.track('queued')
  await world.clock.advance(1_000)
  world.collector.reply = () => 200
  client.consent({ analytics: false })
  expect(client.audiences()).toEqual([])
  await world.clock.advance(1_000)
  expect(names(world.collector.events)).toEqual([decision])
  expect(world.collector.events[0]).toMatchObject({
    anonymousId: id,
    userId: 'u1',
    context: { consent: { categoryPreferences: { analytics: false } } },
  })
  const left = JSON.stringify([world.device.own, world.device.shared, [...world.store.rows]])
  expect(left).not.toContain(id)
  expect(left).not.toContain('u1')
  client.track('after')
  await world.clock.advance(10_000)
  expect(world.collector.events).toHaveLength(1)
})

test('CO5 withdrawal aborts a request under way, and its answer brings nothing back', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  client.consent({ analytics: true })
  await world.clock.advance(1_000)
  world.collector.reply = () => 'hang'
  client.track('under way')
  await world.clock.advance(300)
  const request = world.collector.requests.at(-1)!
  expect(request.signal.aborted).toBe(false)
  world.collector.reply = () => 200
  client.consent({ analytics: false })
  expect(request.signal.aborted).toBe(true)
  await world.clock.advance(300)
  expect(names(world.collector.events)).toEqual([decision, decision])
  await world.clock.advance(100_000)
  expect(names(world.collector.events)).not.toContain('under way')
})

test('CO6 a withdrawal that the collector does not answer is tried again, from memory alone', async () => {
  const world = createWorld()
  const { client } = world.openTab({ consent: optIn })
  client.consent({ analytics: true })
  await world.clock.advance(1_000)
  world.collector.reply = () => 'fail'
  client.consent({ analytics: false })
  await world.clock.advance(1_000)
  expect(JSON.stringify([...world.store.rows])).not.toContain('Segment')
  world.collector.reply = () => 200
  await world.clock.advance(10_000)
  expect(names(world.collector.events).filter((name) => name === decision)).toHaveLength(2)
})

test('CO5 withdrawal in one tab silences the others', async () => {
  const world = createWorld()
  const [a, b] = [world.openTab({ consent: optIn }), world.openTab({ consent: optIn })]
  a.client.consent({ analytics: true })
  await world.clock.advance(1_000)
  b.client.track('from b')
  await world.clock.advance(1_000)
  expect(names(world.collector.events)).toEqual([decision, 'from b'])
  a.client.consent({ analytics: false })
  await world.clock.advance(1_000)
  expect(b.client.consent()).toEqual({ analytics: false })
  b.client.track('late')
  await world.clock.advance(1_000)
  expect(names(world.collector.events)).toEqual([decision, 'from b', decision])
  expect(world.device.own).not.toContain('anonymousId')
})
