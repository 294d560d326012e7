import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStateEntry } from '../src/visitor/state-entry.ts'
import { collect, countWrites, fresh, identify, profileOf, publish, stubOf, track, workspace } from './setup.ts'

const revenue = { agg: 'sum', of: 'properties.revenue', event: 'Order Completed' } as const

beforeAll(async () => {
  await publish(
    workspace({
      audiences: [
        { id: 'spender', expose: true, when: { ...revenue, within: 'P30D', gte: 60 } },
        { id: 'browser', when: { agg: 'distinct', of: 'properties.sku', event: 'Order Completed', gte: 500 } },
      ],
    }),
  )
})

/** The bytes of the state's row, and how many rows it has besides. */
const sizesOf = (device: string) =>
  runInDurableObject(stubOf('anonymous_id', device), (_instance, { storage }) => ({
    state: openStateEntry(storage).read()!.body.length,
    rows: storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM spilled').one().n,
  }))

/** Orders of 0.1 each, so that sums must be exact. */
const orders = async (device: string, from: number, to: number) => {
  for (let start = from; start < to; start += 200)
    await collect(
      Array.from({ length: Math.min(200, to - start) }, (_, n) =>
        track({ anonymousId: device }, 'Order Completed', { properties: { revenue: 0.1, sku: `s${start + n}` } }),
      ),
    )
}

describe('PR2 what leaves remember of many events has rows of its own', () => {
  test('the state stays small, and decides the same before and after it was put away', async () => {
    const device = fresh('a')
    await orders(device, 0, 599)
    const { state, rows } = await sizesOf(device)
    expect(rows).toBeGreaterThanOrEqual(3)
    expect(state).toBeLessThan(32_000)
    await evictAllDurableObjects()
    expect((await collect([track({ anonymousId: device })])).profile.audiences).toEqual([])
    await orders(device, 599, 600)
    expect((await collect([track({ anonymousId: device })])).profile.audiences).toEqual(['spender'])
    expect((await profileOf('anonymous_id', device))!.audiences.map(({ id }) => id)).toEqual(['browser', 'spender'])
  })

  test('an event that is about none of it writes one row', async () => {
    const device = fresh('a')
    await orders(device, 0, 600)
    await evictAllDurableObjects()
    await collect([track({ anonymousId: device }, 'Other')])
    const writes = await countWrites(stubOf('anonymous_id', device))
    await collect([track({ anonymousId: device }, 'Other')])
    expect(writes()).toBe(1)
  })

  test('they go with the profile when it joins a person, who knows what they said', async () => {
    const device = fresh('a')
    const user = fresh('u')
    await orders(device, 0, 600)
    await collect([identify({ anonymousId: device, userId: user })])
    expect((await profileOf('user_id', user))!.audiences.map(({ id }) => id)).toEqual(['browser', 'spender'])
    await expect.poll(async () => (await sizesOf(device)).rows).toBe(0)
  })
})
