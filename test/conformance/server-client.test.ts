import { createServerClient } from '@spartito/server'
import { expect, onTestFinished, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { batch, request, spartito, useIdentitySite } from './identity-site.ts'
import { fresh, track } from './wire.ts'

useIdentitySite()

const start = (key: string = keys.server) => {
  const delays: string[] = []
  const client = createServerClient({
    collector: spartito.collector,
    key,
    flushAfterMs: 5,
    onDelay: (why) => delays.push(why),
  })
  onTestFinished(async () => void (await client.close(1_000)))
  return { client, delays }
}
const browser = 'A Browser of Somebody'

test('WI1 a server reads the profile that it has written', async () => {
  const { client } = start()
  const userId = fresh('user/ü')
  expect(await client.profile('user_id', userId)).toBeUndefined()
  await client.identify({ userId, traits: { plan: 'pro' } })
  await client.track({ userId, event: 'Product Viewed' })
  expect(await client.flush()).toBe(0)
  expect(await client.profile('user_id', userId)).toEqual({
    profileId: expect.any(String),
    traits: { plan: 'pro' },
    audiences: ['hidden', 'viewing'],
    consent: {},
  })
})

test('WI1 a key that may not read is told so', async () => {
  await expect(start(keys.browser).client.profile('user_id', 'ada')).rejects.toThrow('403')
  await expect(start('sk_nobody').client.profile('user_id', 'ada')).rejects.toThrow('401')
})

test('ID11 a redirect carries the visitor along', async () => {
  const { client, delays } = start()
  const anonymousId = fresh('device')
  await batch([track(anonymousId, 'Seen')])
  const address = await client.link('https://b.example/in?a=1#top', { anonymousId, source: 'web', userAgent: browser })
  const url = new URL(address)
  expect([url.searchParams.get('a'), url.hash]).toEqual(['1', '#top'])
  const link = url.searchParams.get('spartito_link')
  const opened = await request('/v1/link/open', { body: { link }, headers: { 'user-agent': browser } })
  expect(opened).toMatchObject({ status: 200, body: { anonymousId } })
  expect(delays).toEqual([])
})

test('ID11 and goes without where there is no link, with the reason told', async () => {
  const { client, delays } = start()
  const address = 'https://b.example/in'
  expect(await client.link(address, { anonymousId: 'd1', source: 'nowhere', userAgent: browser })).toBe(address)
  expect(delays).toEqual([expect.stringContaining('nowhere')])
  const lost = createServerClient({
    collector: 'http://127.0.0.1:9',
    key: keys.server,
    onDelay: (why) => delays.push(why),
  })
  expect(await lost.link(address, { anonymousId: 'd1', source: 'web', userAgent: browser })).toBe(address)
  expect(delays[1]).toContain('could not be asked')
})
