import { expect, test } from 'vitest'
import { createWorld, openCollecting, type World } from '../testing/world.ts'

/** The tokens that requests carried, one an entry. */
const tokensOf = ({ collector }: World): (string | undefined)[] =>
  collector.requests.map(({ body }) => (body as { token?: string }).token)

const opened = async () => {
  const world = createWorld()
  const { client } = await openCollecting(world)
  const settle = () => world.clock.advance(1_000)
  await settle()
  world.collector.requests.length = 0
  return { world, client, settle }
}

test('ID11 a token goes with every request of its user, and with none after reset', async () => {
  const { world, client, settle } = await opened()
  client.track('before')
  await settle()
  client.identify('A', { plan: 'pro' }, { token: 'tA' })
  await settle()
  client.track('later')
  await settle()
  client.identify('A', { plan: 'free' })
  await settle()
  client.identify({ plan: 'none' })
  await settle()
  client.reset()
  client.track('after')
  await settle()
  client.identify('A')
  await settle()
  expect(tokensOf(world)).toEqual([undefined, 'tA', 'tA', 'tA', 'tA', undefined, undefined])
})

test('ID11 another user takes nobody else with a token, a newer token takes the place of the old one', async () => {
  const { world, client, settle } = await opened()
  client.identify('A', {}, { token: 'one' })
  await settle()
  client.identify('A', {}, { token: 'two' })
  await settle()
  client.identify('B')
  await settle()
  client.alias('C', 'B')
  await settle()
  expect(tokensOf(world)).toEqual(['one', 'two', undefined, undefined])
})

test('ID11 a token is never on the device: not in its state, not with the events that wait', async () => {
  const { world, client, settle } = await opened()
  world.collector.reply = () => 503
  client.identify('A', { plan: 'pro' }, { token: 'a-secret-token' })
  await settle()
  expect(tokensOf(world)).toContain('a-secret-token')
  const kept = JSON.stringify([[...world.store.rows], world.device.own, world.device.shared])
  expect(kept).toContain('pro')
  expect(kept).not.toContain('a-secret-token')
})

test('ID11 forget forgets the token, too', async () => {
  const { world, client, settle } = await opened()
  client.identify('A', {}, { token: 'tA' })
  await settle()
  client.forget()
  client.identify('A')
  await settle()
  expect(tokensOf(world).at(-1)).toBeUndefined()
})
