import type { Destination } from '@spartito/workspace'
import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { api, ask, eventsOf, hook, secretAnswer, send, spartito, useDestinations } from './destinations-site.ts'
import { copyKey, deletionSecret } from './destinations-workspace.ts'

useDestinations()

describe('DE an event goes to the destinations that ask for it', () => {
  test('by its name and predicates, signed, under an id of its own, once however often it comes', async () => {
    const large = { anonymousId: 'e1', messageId: 'large.1', properties: { revenue: 20 } }
    await send({ anonymousId: 'e1', messageId: 'small', properties: { revenue: 5 } })
    await send(large)
    await send(large)
    await send({ anonymousId: 'e1', messageId: 'other', event: 'Something Else', properties: { revenue: 20 } })
    await send({ anonymousId: 'e1', messageId: 'page', type: 'page', event: undefined })
    await expect.poll(() => eventsOf('e1').length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(
      eventsOf('e1')
        .map(({ messageId }) => messageId)
        .sort(),
    ).toEqual(['large.1', 'page'])
    const arrival = hook.arrivals.find(({ body }) => body.includes('large.1'))!
    expect(arrival.id).toMatch(/^[^.]+:large~2e~1$/)
    expect(JSON.parse(arrival.body)).toMatchObject({
      type: 'track',
      event: 'Order Completed',
      properties: { revenue: 20 },
    })
    expect(hook.faults).toEqual([])
  })

  test('not where it came by an import: it has not just happened', async () => {
    const order = { type: 'track', event: 'Order Completed', properties: { revenue: 20 } }
    const response = await fetch(`${spartito.collector}/v1/import`, {
      method: 'POST',
      headers: { authorization: basic(keys.server) },
      body: JSON.stringify({ batch: [{ ...order, anonymousId: 'i1', messageId: 'imported' }] }),
    })
    expect(await response.json()).toMatchObject({ accepted: 1 })
    await send({ anonymousId: 'i1', messageId: 'since', properties: { revenue: 20 } })
    await expect.poll(() => eventsOf('i1').map(({ messageId }) => messageId), { timeout: 15_000 }).toEqual(['since'])
  })

  test('CO not one that was denied, be it granted since, nor a bot’s', async () => {
    const properties = { revenue: 20 }
    const consent = (marketing: boolean) => ({ context: { consent: { categoryPreferences: { marketing } } } })
    await send({ anonymousId: 'e2', messageId: 'denied', properties, ...consent(false) })
    await send({ anonymousId: 'e2', messageId: 'granted', properties, ...consent(true) })
    await send({ anonymousId: 'e3', messageId: 'bot', properties }, 'Googlebot/2.1 (+http://www.google.com/bot.html)')
    await send({ anonymousId: 'e4', messageId: 'after', properties })
    await expect.poll(() => eventsOf('e4').length, { timeout: 15_000 }).toBe(1)
    await expect.poll(() => eventsOf('e2').map(({ messageId }) => messageId)).toEqual(['granted'])
    expect(eventsOf('e3')).toEqual([])
  })
})

test('segment: a collector takes events with their ids and times, and changes as tracks and traits', async () => {
  const timestamp = '2026-01-31T10:00:00.000Z'
  await send({ anonymousId: 's1', messageId: 'forwarded', timestamp, properties: { revenue: 1 } })
  const find = async () => (await spartito.admin.profile({ type: 'anonymous_id', value: 's1' }))!
  await expect
    .poll(async () => Object.keys((await find()).events).sort(), { timeout: 15_000 })
    .toEqual(['Audience Entered', 'Order Completed', 'identify'])
  const { events, traits, recent } = await find()
  // The copy has the messageId of the first, so that a collector that has both counts it once.
  expect(events['Order Completed']!.count).toBe(1)
  expect(traits.buyers?.value).toBe(true)
  const entered = recent.find(({ event }) => event === 'Audience Entered')!
  expect(entered).toMatchObject({ source: 'copy', properties: { audience_key: 'buyers' } })
})

test('http: a template is filled, with the secret in its header and what somebody wrote in one part of the path', async () => {
  const email = 'a/b?c@x.example'
  await send({ anonymousId: 'h1', type: 'identify', event: undefined, traits: { email, spent: 12.5 } })
  await send({ anonymousId: 'h1', messageId: 'h1-order', properties: { revenue: 1 } })
  const arrivals = () => api.arrivals.filter(({ url }) => url.startsWith('/people/'))
  await expect.poll(() => arrivals().length, { timeout: 15_000 }).toBe(1)
  const { profileId } = (await spartito.admin.profile({ type: 'anonymous_id', value: 'h1' }))!
  expect(arrivals()[0]).toMatchObject({
    method: 'PUT',
    url: `/people/${encodeURIComponent(email)}/tags/buyers`,
    headers: {
      authorization: 'Bearer k3y',
      'idempotency-key': `${profileId}:buyers:1`,
      'content-type': 'application/json',
    },
    body: { id: profileId, spent: 12.5 },
  })
})

test('http: several share a request where the settings say so, and each is in one of them', async () => {
  const readers = Array.from({ length: 30 }, (_, i) => `r${i}`)
  const batch = readers.map((anonymousId) => ({ type: 'track', event: 'Article Read', anonymousId }))
  const response = await fetch(`${spartito.collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.browser) },
    body: JSON.stringify({ batch }),
  })
  expect(await response.json()).toMatchObject({ accepted: readers.length })
  const lists = () =>
    api.arrivals.filter(({ url }) => url === '/bulk').map(({ body }) => (body as { people: string[] }).people)
  await expect.poll(() => lists().flat().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(readers.length)
  expect(new Set(lists().flat()).size).toBe(readers.length)
  expect(lists().flat()).toHaveLength(readers.length)
  expect(lists().length).toBeLessThan(readers.length)
  expect(Math.max(...lists().map(({ length }) => length))).toBeLessThanOrEqual(10)
})

describe('AD POST /admin/destinations/:id/test', () => {
  const outcomeOf = async (id: string) => (await ask(`destinations/${id}/test`, { method: 'POST' })).body

  test('sends a signed sample, and tells what came of it', async () => {
    const before = hook.arrivals.length
    expect(await outcomeOf('hook')).toMatchObject({
      destination: 'hook',
      sent: 'event',
      outcome: 'delivered',
      status: 200,
      reason: null,
    })
    expect(hook.arrivals).toHaveLength(before + 1)
    expect(hook.faults).toEqual([])
    expect(JSON.parse(hook.arrivals.at(-1)!.body)).toMatchObject({ source: 'spartito-test' })
  })

  test('also of one that is switched off, and a refusal is told', async () => {
    expect(await outcomeOf('gone')).toMatchObject({
      sent: 'audience.exited',
      outcome: 'refused',
      status: 410,
      reason: 'the endpoint answered 410',
    })
  })

  test('never tells what was answered', async () => {
    const { text, body } = await ask('destinations/api/test', { method: 'POST' })
    expect(body).toMatchObject({ outcome: 'refused', status: 422 })
    expect(text).not.toContain(secretAnswer)
  })

  test('says which secret is not set', async () => {
    expect(await outcomeOf('ads')).toMatchObject({
      outcome: 'failed',
      status: null,
      reason: 'the secret TEST_GOOGLE_TOKEN of ads is not set: wrangler secret put TEST_GOOGLE_TOKEN',
    })
  })

  test('says which secret is no good', async () => {
    expect(await outcomeOf('weak')).toMatchObject({
      outcome: 'failed',
      reason:
        'the secret TEST_WEAK_SECRET of weak must be whsec_… with 24 to 64 bytes in base64: wrangler secret put TEST_WEAK_SECRET',
    })
  })

  test('of none is 404, and a token that reads may not', async () => {
    const none = await ask('destinations/none/test', { method: 'POST' })
    expect(none.status).toBe(404)
    expect(none.body.message).toBe(
      'the workspace has no destination "none": it has hook, copy, api, bulk, gone, weak, ads, counts',
    )
    expect((await ask('destinations/hook/test', { method: 'POST' }, keys.reader)).status).toBe(403)
  })
})

test('AD GET /admin/destinations shows each with its kind and settings, and of secrets whether they are set', async () => {
  const { body, text } = await ask('destinations', {}, keys.reader)
  const destinations = body.destinations as (Destination & { secrets: unknown })[]
  expect(destinations.map(({ id, type, secrets }) => [id, type, secrets])).toEqual([
    ['hook', 'webhook', [{ setting: 'secret', env: null, isSet: true, fault: null }]],
    ['copy', 'segment', [{ setting: 'writeKey', env: null, isSet: true, fault: null }]],
    ['api', 'http', [{ setting: 'secret', env: null, isSet: true, fault: null }]],
    ['bulk', 'http', []],
    ['gone', 'webhook', [{ setting: 'secret', env: null, isSet: true, fault: null }]],
    [
      'weak',
      'webhook',
      [
        {
          setting: 'secret',
          env: 'TEST_WEAK_SECRET',
          isSet: true,
          fault: 'must be whsec_… with 24 to 64 bytes in base64',
        },
      ],
    ],
    [
      'ads',
      'google-ads',
      [
        { setting: 'clientSecret', env: 'TEST_GOOGLE_SECRET', isSet: true, fault: null },
        { setting: 'refreshToken', env: 'TEST_GOOGLE_TOKEN', isSet: false, fault: null },
      ],
    ],
    [
      'counts',
      'ga4',
      [
        { setting: 'secret', env: 'TEST_GOOGLE_SECRET', isSet: true, fault: null },
        { setting: 'deletion.clientSecret', env: null, isSet: true, fault: null },
        { setting: 'deletion.refreshToken', env: 'TEST_GOOGLE_TOKEN', isSet: false, fault: null },
      ],
    ],
  ])
  expect(destinations[0]!.settings).toEqual({ url: `${hook.origin}/hook` })
  expect(destinations.at(-1)!.settings).toEqual({
    measurementId: 'G-ABC1234567',
    deletion: { propertyId: '123456789', clientId: 'x' },
  })
  for (const value of [keys.webhook, copyKey, deletionSecret, 'k3y', 'nobody’s', 'password'])
    expect(text).not.toContain(value)
})
