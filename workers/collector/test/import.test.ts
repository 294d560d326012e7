import { exports } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { collect, fresh, publish, serverKey, storedOf, summary, track, workspace } from './setup.ts'

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

const importing = async (batch: unknown[], writeKey: string): Promise<number> => {
  const body = JSON.stringify({ writeKey, batch })
  const response = await exports.default.fetch(new Request('https://c.example/v1/import', { method: 'POST', body }))
  return response.status
}

beforeAll(async () => {
  const recent = { event: 'Order Completed', within: 'P60D' } as const
  await publish(workspace({ audiences: [{ id: 'recent', when: recent }] }))
})

test('AU4, AU6 what is imported counts in a window however late it comes, with cause import', async () => {
  const a = fresh('a')
  const order = (days: number) => track({ anonymousId: a }, 'Order Completed', { timestamp: daysAgo(days) })
  await collect([order(40)], serverKey)
  expect((await storedOf('anonymous_id', a)).outbox).toEqual([])
  expect(await importing([order(70), order(40)], serverKey)).toBe(200)
  expect(summary((await storedOf('anonymous_id', a)).outbox)).toEqual(['entered recent by import'])
})
