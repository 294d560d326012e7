import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { callIngest } from '../src/visitor/call-ingest.ts'
import type { IngestRequest } from '../src/visitor/requests.ts'
import {
  blocksIn,
  collect,
  fresh,
  identify,
  page,
  profileOf,
  publish,
  storedOf,
  stubOf,
  wake,
  workspace,
} from './setup.ts'

const dayMs = 86_400_000
const often = { id: 'often', when: { event: 'Product Viewed', count: { gte: 3 }, within: 'P90D' } } as const

beforeAll(async () => {
  await publish(workspace({ audiences: [often] }))
})

/** Views, and a click that no definition asks for, as they were received so many days ago. */
const receivedDaysAgo = async (device: string, days: number): Promise<string[]> => {
  const receivedAt = Date.now() - days * dayMs
  const views = [1, 2].map(() => ({ messageId: fresh('m'), event: 'Product Viewed' }))
  const events = [...views, { messageId: fresh('m'), event: 'Product Clicked' }].map(({ messageId, event }) =>
    JSON.stringify({
      messageId,
      type: 'track',
      event,
      anonymousId: device,
      source: 'web',
      timestamp: receivedAt,
      receivedAt,
      properties: { sku: 'A' },
    }),
  )
  const request: IngestRequest = {
    address: { type: 'anonymous_id', value: device, class: 'device' },
    events,
    receivedAt,
    policy: 'opt-out',
    verified: false,
    anonymousId: device,
    hops: 0,
  }
  await callIngest(stubOf('anonymous_id', device), request)
  return views.map(({ messageId }) => messageId)
}

const ledgerOf = (device: string): Promise<string[]> =>
  runInDurableObject(stubOf('anonymous_id', device), (_instance, { storage }) =>
    blocksIn(storage).map(({ lines }) => lines),
  )

describe('PR1 the ledger is bounded by time', () => {
  test('the alarm keeps of old events what definitions read, and the profile says the same', async () => {
    const device = fresh('a')
    await receivedDaysAgo(device, 40)
    expect((await ledgerOf(device)).join('')).toContain('sku')
    const before = (await profileOf('anonymous_id', device))!
    expect(before.recent).toHaveLength(3)
    await wake('anonymous_id', device)
    const [lines] = await ledgerOf(device)
    expect(lines!.trim().split('\n')).toHaveLength(2)
    expect(lines).not.toContain('sku')
    expect(await profileOf('anonymous_id', device)).toEqual({ ...before, recent: [] })
  })

  test('the alarm is set for the day after the 30th', async () => {
    const device = fresh('a')
    await receivedDaysAgo(device, 10)
    const { state } = await storedOf('anonymous_id', device)
    expect(state.fragments[0]!.pruneAt! - state.now).toBe(31 * dayMs)
  })

  test('WI9 a copy of what definitions still want is a duplicate, also when the object was put away', async () => {
    const device = fresh('a')
    const [messageId] = await receivedDaysAgo(device, 40)
    await wake('anonymous_id', device)
    await evictAllDurableObjects()
    const copy = { type: 'track', event: 'Product Viewed', messageId, anonymousId: device }
    expect(await collect([copy])).toMatchObject({ accepted: 0, duplicate: 1 })
  })

  test('what is gone from the ledger joins a person with its counts and its windows', async () => {
    const device = fresh('a')
    await receivedDaysAgo(device, 40)
    await wake('anonymous_id', device)
    const user = fresh('u')
    await collect([identify({ anonymousId: device, userId: user })])
    const view = { type: 'track', event: 'Product Viewed', messageId: fresh('m'), anonymousId: device, userId: user }
    await collect([view, page({ anonymousId: device, userId: user })])
    const profile = (await profileOf('user_id', user))!
    expect(profile.host).toEqual({ type: 'user_id', value: user })
    expect(profile.events).toMatchObject({ 'Product Viewed': { count: 3 }, 'Product Clicked': { count: 1 } })
    expect(profile.audiences.map(({ id }) => id)).toEqual(['often'])
  })
})
