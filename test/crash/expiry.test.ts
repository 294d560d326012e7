import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activationConfig, collectorConfig } from '../../packages/cli/src/dev/runtime.ts'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, type SpartitoOptions, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { writeWrappedWorker } from '../support/write-wrapped-worker.ts'
import { until } from './start-crash.ts'

const dayMs = 86_400_000
const device = 'ada'
const identifier = { type: 'anonymous_id', value: device } as const
const message = (messageId: string) => ({ type: 'track', event: 'Product Viewed', messageId, anonymousId: device })

let folder: TempFolder
let receiver: WebhookReceiver
let options: SpartitoOptions
let spartito: Spartito
let killedAfter: number
/** what the destination answers */
let status = 200

/** A collector that lets a test hand events to a Visitor object as they were received long ago. */
const agingCollector = (): Promise<string> =>
  writeWrappedWorker({
    config: collectorConfig,
    wrapping: 'aging',
    worker: 'collector',
    entry: (main, classes) => `import * as collector from ${JSON.stringify(main)}
export const { ${classes.join(', ')} } = collector
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/ingest') return collector.default.fetch(request, env, ctx)
    const { name, ingest: { events, ...about } } = await request.json()
    return new Response(await env.VISITOR.getByName(name).ingest(JSON.stringify(about), events))
  },
}
`,
  })

const ingestOf = (daysAgo: number) => {
  const receivedAt = Date.now() - daysAgo * dayMs
  const event = { ...message('first'), source: 'web', timestamp: receivedAt, receivedAt }
  return {
    address: { ...identifier, class: 'device' },
    events: [JSON.stringify(event)],
    receivedAt,
    policy: 'opt-out',
    verified: false,
    anonymousId: device,
    hops: 0,
  }
}

const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
  const response = await fetch(`${spartito.collector}${path}`, { ...init, signal: AbortSignal.timeout(30_000) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
const size = async (): Promise<number> => {
  const headers = { authorization: `Bearer ${keys.admin}` }
  return (await ask<{ size: number }[]>('/admin/audiences', { headers }))[0]!.size
}
const eventually = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 30_000; !(await isSo()); await wait(100))
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`)
}
const expired = async () => (await spartito.admin.stats()).profiles.reduce((sum, hour) => sum + hour.expired, 0)
const exits = () => receiver.arrivals.filter(({ change }) => change.type === 'audience.exited')

beforeAll(async () => {
  folder = await makeTempFolder('expiry')
  receiver = await startWebhookReceiver({ secret: keys.webhook, answer: () => status })
  const configs = { collector: await agingCollector(), activation: activationConfig }
  options = { folder: folder.path, configs, eventsBatchSeconds: 1 }
  spartito = await startSpartito(options)
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    purposes: ['analytics'],
    audiences: [{ id: 'viewed', when: { event: 'Product Viewed' } }],
    destinations: [
      {
        id: 'crm',
        type: 'webhook',
        purposes: ['analytics'],
        audiences: '*',
        settings: { url: `${receiver.origin}/hook`, secret: keys.webhook },
      },
    ],
  })
  await ask('/ingest', {
    method: 'POST',
    body: JSON.stringify({ name: objectName(identifier), ingest: ingestOf(181) }),
  })
  await until('the entry', () => receiver.arrivals.length === 1)
  // The exit is neither taken nor confirmed until the runtime has been killed.
  status = 503
  await until('the exit', () => exits().length > 0)
  await spartito.runtime.kill()
  killedAfter = receiver.arrivals.length
  status = 200
  spartito = await startSpartito({ ...options, port: spartito.port })
})

afterAll(async () => {
  await spartito?.runtime.kill()
  await receiver?.stop()
  await folder?.remove()
})

test('ID15 killed -9 when its exit was stored and not taken, an expired profile sends it again under the same key', async () => {
  expect(await spartito.admin.profile(identifier)).toBeUndefined()
  await until('the exit again', () => receiver.arrivals.length > killedAfter)
  const [entry] = receiver.arrivals
  const { profileId } = entry!.change
  const taken = exits().filter((arrival) => arrival.status === 200)
  expect(taken.map(({ id }) => id)).toEqual([`${profileId}:viewed:2`])
  expect(new Set(exits().map(({ body }) => body)).size).toBe(1)
  expect(taken[0]!.change).toMatchObject({ cause: 'expiry', causeId: null, seq: 2 })
})

test('ID15 then the roster lists no member, and the statistics count it once', async () => {
  await eventually('nobody is a member', async () => (await size()) === 0)
  await eventually('it is counted', async () => (await expired()) > 0)
  // Whatever of it was on its way twice has come by then.
  await wait(6_000)
  expect(await expired()).toBe(1)
})

test('ID15 WI9 a later event of the device begins a new profile, whose changes count on', async () => {
  const body = JSON.stringify({ writeKey: keys.browser, batch: [message('second')] })
  expect(await ask('/v1/batch', { method: 'POST', body })).toMatchObject({ accepted: 1 })
  const { profileId } = receiver.arrivals[0]!.change
  await until('the entry', () => receiver.arrivals.at(-1)!.id === `${profileId}:viewed:3`)
  await eventually('it is a member', async () => (await size()) === 1)
  const profile = await spartito.admin.profile(identifier)
  expect(profile).toMatchObject({ profileId, events: { 'Product Viewed': { count: 1 } } })
})
