import { setTimeout as wait } from 'node:timers/promises'
import { jitsuAnalytics } from '@jitsu/js'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { createServerClient } from '@spartito/server'
import { describe, onTestFinished, test } from 'vitest'
import { type FaultRelay, startFaultRelay } from '../support/fault-relay.ts'
import { keys } from '../support/keys.ts'
import { admin, collector, countsOf, fresh } from './wire.ts'

interface Person {
  userId: string
  anonymousId: string
}

/** A vendor's client for Node with its defaults, for one person. */
interface Client {
  track(event: string, properties: Record<string, string | number>): void
  identify(traits: Record<string, string>): void
  page(name: string): void
  group(groupId: string): void
  /** sends what is left and waits as long as its vendor says */
  finish(): Promise<unknown>
}

type Start = (host: string, person: Person) => Client

const segment: Start = (host, person) => {
  const analytics = new Analytics({ writeKey: keys.server, host, path: '/v1/batch', flushAt: 5 })
  return {
    track: (event, properties) => analytics.track({ ...person, event, properties }),
    identify: (traits) => analytics.identify({ ...person, traits }),
    page: (name) => analytics.page({ ...person, name, properties: { url: 'https://shop.example/' } }),
    group: (groupId) => analytics.group({ ...person, groupId, traits: { name: 'Acme' } }),
    finish: () => analytics.closeAndFlush({ timeout: 20_000 }),
  }
}

/** Its bodies are gzip. */
const rudderstack: Start = (host, person) => {
  const analytics = new RudderAnalytics(keys.server, { dataPlaneUrl: host, flushAt: 20, logLevel: 'silent' })
  return {
    track: (event, properties) => void analytics.track({ ...person, event, properties }),
    identify: (traits) => void analytics.identify({ ...person, traits }),
    page: (name) => void analytics.page({ ...person, name, properties: { url: 'https://shop.example/' } }),
    group: (groupId) => void analytics.group({ ...person, groupId, traits: { name: 'Acme' } }),
    finish: () => analytics.flush(),
  }
}

/** It sends each event by itself to `/api/s/s2s/<type>`, once. All its instances in a process share one person. */
const jitsu: Start = (host, { userId, anonymousId }) => {
  const analytics = jitsuAnalytics({ host, writeKey: `${keys.server}:any`, s2s: true, fetch })
  let last: Promise<unknown> = Promise.resolve(analytics.reset()).then(() => analytics.setAnonymousId(anonymousId))
  const send = (call: () => Promise<unknown>): void => {
    last = last.then(call).catch(() => undefined)
  }
  return {
    track: (event, properties) => send(() => analytics.track(event, properties)),
    identify: (traits) => send(() => analytics.identify(userId, traits)),
    page: (name) => send(() => analytics.page({ name })),
    group: (groupId) => send(() => analytics.group(groupId, { name: 'Acme' })),
    finish: () => last,
  }
}

/** Our own, which vouches for the same by the same wire. */
const ours: Start = (collector, person) => {
  const client = createServerClient({ collector, key: keys.server, flushAfterMs: 20 })
  const about = { ...person, context: {} }
  return {
    track: (event, properties) => void client.track({ ...about, event, properties }),
    identify: (traits) => void client.identify({ ...about, traits }),
    page: (name) => void client.page({ ...about, name, properties: { url: 'https://shop.example/' } }),
    group: (groupId) => void client.group({ ...about, groupId, traits: { name: 'Acme' } }),
    finish: () => client.close(20_000),
  }
}

const clients: [client: string, start: Start][] = [
  ['ours', ours],
  ["Segment's", segment],
  ["RudderStack's", rudderstack],
  ["Jitsu's", jitsu],
]

const someone = (): Person => ({ userId: fresh('user'), anonymousId: fresh('device') })

const startRelay = async (): Promise<FaultRelay> => {
  const relay = await startFaultRelay(collector)
  onTestFinished(() => relay.close())
  return relay
}

describe('WI1 each client for Node, unmodified but for its host', () => {
  test.for(clients)('%s stores each of its events once', async ([, start], { expect }) => {
    const relay = await startRelay()
    const person = someone()
    const from = Date.now()
    const client = start(relay.origin, person)
    client.identify({ plan: 'pro', email: `${person.userId}@example.com` })
    client.page('Home')
    client.group('acme')
    for (let n = 0; n < 7; n++) client.track('Order Completed', { revenue: 10 + n })
    await client.finish()
    const expected = { identify: 1, page: 1, group: 1, 'Order Completed': 7 }
    await expect.poll(() => countsOf(person.anonymousId), { timeout: 10_000 }).toEqual(expected)
    const profile = (await admin.profile({ type: 'user_id', value: person.userId }))!
    expect(profile.traits).toMatchObject({ plan: { value: 'pro' } })
    expect(profile.traits).not.toHaveProperty('name')
    expect(new Set(profile.recent.map(({ messageId }) => messageId)).size).toBe(10)
    for (const { timestamp } of profile.recent) {
      expect(timestamp).toBeGreaterThanOrEqual(from - 1_000)
      expect(timestamp).toBeLessThanOrEqual(Date.now())
    }
    expect(relay.requests.map(({ status }) => status)).toEqual(relay.requests.map(() => 200))
  })

  test('RudderStack’s are gzip', async ({ expect }) => {
    const relay = await startRelay()
    const person = someone()
    const client = rudderstack(relay.origin, person)
    client.track('Order Completed', {})
    await client.finish()
    expect(await countsOf(person.anonymousId)).toEqual({ 'Order Completed': 1 })
    const [{ headers, body } = { headers: {}, body: Buffer.of() }] = relay.requests
    expect([headers['content-encoding'], body[0], body[1]]).toEqual(['gzip', 0x1f, 0x8b])
  })
})

/** @returns what ends the fault */
type Fault = (relay: FaultRelay) => Promise<() => Promise<void>>

const downMs = 700
const refusing =
  (status: 429 | 503): Fault =>
  async (relay) => {
    relay.refuseNext(2, { status, retryAfterSeconds: 1 })
    return async () => {}
  }
const down: Fault = async (relay) => {
  await relay.goDown()
  return async () => {
    await wait(downMs)
    await relay.comeUp()
  }
}

const faults: [fault: string, fault: Fault][] = [
  ['503, then recovery', refusing(503)],
  ['429 with Retry-After, then recovery', refusing(429)],
  ['refused connections, then recovery', down],
]
const thatRetry = clients.filter(([client]) => client !== "Jitsu's")
const rows = thatRetry.flatMap(([client, start]) =>
  faults.map(([name, fault]) => [client, name, start, fault] as const),
)

describe.concurrent('WI7 a temporary fault loses and doubles nothing of a client that tries again', () => {
  test.for(rows)('%s: %s', async ([, , start, fault], { expect, onTestFinished: after }) => {
    const relay = await startFaultRelay(collector)
    after(() => relay.close())
    const person = someone()
    const client = start(relay.origin, person)
    const end = await fault(relay)
    for (let n = 0; n < 3; n++) client.track('Order Completed', { n })
    await Promise.all([client.finish(), end()])
    await expect.poll(() => countsOf(person.anonymousId), { timeout: 20_000 }).toEqual({ 'Order Completed': 3 })
    expect(relay.refusalsLeft).toBe(0)
  })
})

describe('Jitsu’s client for Node tries nothing again, so a fault loses what it meets: its own limit', () => {
  test.for(faults)('%s', async ([, fault], { expect }) => {
    const relay = await startRelay()
    const person = someone()
    const client = jitsu(relay.origin, person)
    const end = await fault(relay)
    for (let n = 0; n < 2; n++) client.track('Lost', { n })
    await client.finish()
    await end()
    client.track('Order Completed', {})
    await client.finish()
    expect(await countsOf(person.anonymousId)).toEqual({ 'Order Completed': 1 })
    expect(relay.refusalsLeft).toBe(0)
  })
})
