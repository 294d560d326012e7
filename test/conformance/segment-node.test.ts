import { Analytics } from '@segment/analytics-node'
import { expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { admin, collector, countsOf, fresh } from './wire.ts'

test("Segment's client for Node, unmodified but for its host, stores each of its events once", async () => {
  const analytics = new Analytics({
    writeKey: keys.server,
    host: collector,
    path: '/v1/batch',
    flushAt: 5,
    maxRetries: 2,
  })
  const errors: unknown[] = []
  analytics.on('error', (error) => errors.push(error))
  const userId = fresh('user')
  const anonymousId = fresh('device')

  analytics.track({ anonymousId, event: 'Signup Started', properties: { plan: 'pro' } })
  analytics.identify({ userId, anonymousId, traits: { plan: 'pro', email: `${userId}@example.com` } })
  analytics.page({ userId, name: 'Home', properties: { url: 'https://shop.example/' } })
  analytics.screen({ userId, name: 'Start' })
  analytics.group({ userId, groupId: 'acme', traits: { name: 'Acme' } })
  for (let n = 0; n < 7; n++) analytics.track({ userId, event: 'Order Completed', properties: { revenue: 10 + n } })
  await analytics.closeAndFlush({ timeout: 15_000 })

  expect(errors).toEqual([])
  const expected = { 'Signup Started': 1, identify: 1, page: 1, screen: 1, group: 1, 'Order Completed': 7 }
  await expect.poll(() => countsOf(anonymousId), { timeout: 10_000 }).toEqual(expected)
  const profile = await admin.profile({ type: 'user_id', value: userId })
  expect(profile?.traits).toMatchObject({ plan: { value: 'pro' } })
  expect(profile?.traits).not.toHaveProperty('name')
  expect(new Set(profile?.recent.map(({ messageId }) => messageId)).size).toBe(12)
})
