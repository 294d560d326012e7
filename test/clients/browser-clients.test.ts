import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, test } from 'vitest'
import type { Relayed } from '../support/fault-relay.ts'
import { type Clients, startClients, type Visit } from './start-clients.ts'

let clients: Clients

beforeAll(async () => {
  clients = await startClients()
  return clients.stop
})

/** Each visit has a browser context and a relay of its own, so they wait for their clients side by side. */
const visiting = async (path: string, story: (visit: Visit) => Promise<void>): Promise<void> => {
  const visit = await clients.visit(path)
  try {
    await story(visit)
  } finally {
    await clients.leave(visit)
  }
}

const paths: [client: string, path: string][] = [
  ["Segment's", '/segment'],
  ["Segment's, batching", '/segment?batching'],
  ["RudderStack's", '/rudderstack'],
  ["Jitsu's", '/jitsu'],
]

const preflights = (requests: readonly Relayed[]): Relayed[] => requests.filter(({ method }) => method === 'OPTIONS')

describe.concurrent('WI1 each browser client, unmodified but for its host', () => {
  test.for(paths)('%s: each event is stored once, with its type, identity and time', ([, path], { expect }) =>
    visiting(path, async ({ page, relay, userId, errors, anonymousId }) => {
      const from = Date.now()
      await page.evaluate(async (user) => {
        const calls = window.calls!
        await calls.page('Home')
        await calls.track('Product Viewed', { sku: 'p1', price: 12.5 })
        await calls.identify(user, { plan: 'pro' })
        await calls.group('acme', { name: 'Acme' })
        for (let n = 0; n < 4; n++) await calls.track('Order Completed', { revenue: n })
      }, userId)
      const expected = { page: 1, 'Product Viewed': 1, identify: 1, group: 1, 'Order Completed': 4 }
      await expect.poll(() => clients.countsOf(anonymousId), { timeout: 20_000 }).toEqual(expected)
      const profile = await clients.profileOf(anonymousId)
      expect(profile!.host).toEqual({ type: 'user_id', value: userId })
      expect(profile!.traits).toMatchObject({ plan: { value: 'pro' } })
      for (const { timestamp } of profile!.recent as { timestamp: number }[]) {
        expect(timestamp).toBeGreaterThanOrEqual(from - 1_000)
        expect(timestamp).toBeLessThanOrEqual(Date.now())
      }
      expect(errors).toEqual([])
      // Nothing that it asked for was refused, its preflights with the headers of its own among them.
      const refused = relay.requests.filter(({ status }) => status === undefined || status >= 400)
      expect(refused.map(({ method, path: its, status }) => [method, its, status])).toEqual([])
    }),
  )

  test.for<[client: string, path: string, headers: RegExp]>([
    ["RudderStack's", '/rudderstack', /anonymousid.*authorization/],
    ["Jitsu's", '/jitsu', /x-write-key/],
  ])('%s asks before it sends, and its headers are allowed', ([, path, headers], { expect }) =>
    visiting(path, async ({ page, relay, anonymousId }) => {
      await page.evaluate(() => window.calls!.track('Product Viewed', {}))
      await expect.poll(() => clients.countsOf(anonymousId), { timeout: 20_000 }).toEqual({ 'Product Viewed': 1 })
      const asked = preflights(relay.requests).map((its) => its.headers['access-control-request-headers'] ?? '')
      expect(asked.some((its) => headers.test(its))).toBe(true)
    }),
  )
})

interface Fault {
  /** begins before the events, @returns how it ends */
  begin(visit: Visit): Promise<() => Promise<void>>
}

const downMs = 1_500
const nothing = async (): Promise<void> => {}

const faults: [fault: string, fault: Fault][] = [
  [
    '503, then recovery',
    {
      begin: async ({ relay }) => {
        relay.refuseNext(2, { status: 503, retryAfterSeconds: 1 })
        return nothing
      },
    },
  ],
  [
    '429 with Retry-After, then recovery',
    {
      begin: async ({ relay }) => {
        relay.refuseNext(2, { status: 429, retryAfterSeconds: 1 })
        return nothing
      },
    },
  ],
  [
    'refused connections, then recovery',
    {
      begin: async ({ relay }) => {
        await relay.goDown()
        return async () => {
          await wait(downMs)
          await relay.comeUp()
        }
      },
    },
  ],
  [
    'no network, then one',
    {
      begin: async ({ context }) => {
        await context.setOffline(true)
        return async () => {
          await wait(downMs)
          await context.setOffline(false)
        }
      },
    },
  ],
]

const trackThree = ({ page }: Visit): Promise<void> =>
  page.evaluate(() => {
    for (let n = 0; n < 3; n++) void window.calls!.track('Product Viewed', { n })
  })

const thatRetry = paths.filter(([client]) => !client.startsWith('Jitsu'))
const rows = thatRetry.flatMap(([client, path]) => faults.map(([name, fault]) => [client, name, path, fault] as const))

describe.concurrent('WI7 a temporary fault loses and doubles nothing of a client that tries again', () => {
  test.for(rows)('%s: %s', ([, , path, { begin }], { expect }) =>
    visiting(path, async (visit) => {
      const from = Date.now()
      const end = await begin(visit)
      await trackThree(visit)
      await end()
      const { anonymousId, relay } = visit
      await expect.poll(() => clients.countsOf(anonymousId), { timeout: 40_000 }).toEqual({ 'Product Viewed': 3 })
      expect(relay.refusalsLeft).toBe(0)
      // However late they came, they happened when the page tracked them.
      const { recent } = (await clients.profileOf(anonymousId))!
      for (const { timestamp } of recent as { timestamp: number }[]) {
        expect(timestamp).toBeGreaterThanOrEqual(from - 1_000)
        expect(timestamp).toBeLessThanOrEqual(from + 2_000)
      }
    }),
  )
})

describe.concurrent("Jitsu's client sends each event once and tries nothing again, so a fault loses what it meets: its own limit", () => {
  test.for(faults)('%s', ([, { begin }], { expect }) =>
    visiting('/jitsu', async (visit) => {
      const { page, relay, anonymousId } = visit
      const end = await begin(visit)
      await page.evaluate(async () => {
        for (let n = 0; n < 2; n++) await Promise.resolve(window.calls!.track('Lost', { n })).catch(() => undefined)
      })
      await end()
      await page.evaluate(() => window.calls!.track('Product Viewed', {}))
      await expect.poll(() => clients.countsOf(anonymousId), { timeout: 20_000 }).toEqual({ 'Product Viewed': 1 })
      // Of the two nothing is left that could still come: each was sent at most once.
      const bodies = relay.requests.filter(({ method }) => method === 'POST').map(({ body }) => body.toString())
      const lost = bodies.filter((body) => body.includes('"Lost"')).map((body) => JSON.parse(body).messageId as string)
      expect(new Set(lost).size).toBe(lost.length)
      expect(lost.length).toBe(relay.requests.some(({ status }) => status === 503 || status === 429) ? 2 : 0)
    }),
  )
})
