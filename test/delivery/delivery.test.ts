import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Destination, Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFreePort } from '../../packages/cli/src/dev/free-ports.ts'
import {
  activationConfig,
  collectorConfig,
  localVars,
  type Runtime,
  startRuntime,
} from '../../packages/cli/src/dev/runtime.ts'
import { type Administration, administration } from '../support/administration.ts'
import { keys } from '../support/keys.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

let folder: TempFolder
let runtime: Runtime
let collector: string
let admin: Administration
let healthy: WebhookReceiver
let flaky: WebhookReceiver
let gone: WebhookReceiver
const answers = [500, 503, 429]

const webhook = (
  id: string,
  url: string,
  more: Partial<Extract<Destination, { type: 'webhook' }>> = {},
): Destination => ({
  id,
  type: 'webhook',
  purposes: ['marketing'],
  audiences: [id],
  settings: { url, secret: keys.webhook },
  ...more,
})

const ids = ['healthy', 'flaky', 'gone', 'dead', 'nosecret']

const workspace = (dead: number): Workspace => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  purposes: ['marketing'],
  audiences: ids.map((id) => ({ id, when: { event: id } })),
  destinations: [
    // The healthy endpoint also hears of what goes to the dead one: one fails, the other must not feel it.
    webhook('healthy', `${healthy.origin}/hook`, { audiences: ['healthy', 'dead'] }),
    webhook('flaky', `${flaky.origin}/hook`),
    webhook('gone', `${gone.origin}/hook`),
    webhook('dead', `http://127.0.0.1:${dead}/hook`),
    webhook('nosecret', `${healthy.origin}/hook`, {
      settings: { url: `${healthy.origin}/hook`, secret: { env: 'NOT_SET' } },
    }),
  ],
})

beforeAll(async () => {
  folder = await makeTempFolder('delivery')
  healthy = await startWebhookReceiver({ secret: keys.webhook })
  flaky = await startWebhookReceiver({ secret: keys.webhook, answer: () => answers.shift() ?? 200 })
  gone = await startWebhookReceiver({ secret: keys.webhook, answer: () => 410 })
  const port = await findFreePort('127.0.0.1')
  collector = `http://127.0.0.1:${port}`
  runtime = await startRuntime({
    stateDir: join(folder.path, 'state'),
    eventsBatchSeconds: 1,
    workers: [
      { config: collectorConfig, port, vars: { ...localVars, ADMIN_TOKEN: keys.admin } },
      { config: activationConfig, vars: localVars },
    ],
  })
  admin = administration(collector, keys.admin)
  await admin.publish(workspace(await findFreePort('127.0.0.1')))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
})

afterAll(async () => {
  await runtime?.stop()
  for (const receiver of [healthy, flaky, gone]) await receiver?.stop()
  await folder?.remove()
})

const send = async (anonymousId: string, event: string, context: object = {}): Promise<void> => {
  const batch = [{ type: 'track', event, anonymousId, messageId: `${anonymousId}-${event}`, context }]
  const response = await fetch(`${collector}/v1/batch`, {
    method: 'POST',
    body: JSON.stringify({ writeKey: keys.browser, batch }),
  })
  expect(response.status).toBe(200)
}

const about = (receiver: WebhookReceiver, anonymousId: string) =>
  receiver.arrivals.filter(({ change }) => change.identifiers.some(({ value }) => value === anonymousId))

describe('a change', () => {
  test('DE5 arrives signed as Standard Webhooks says, under its own id', async () => {
    await send('one', 'healthy')
    await expect.poll(() => about(healthy, 'one').length).toBe(1)
    const [arrival] = about(healthy, 'one')
    expect(arrival!.change).toMatchObject({ type: 'audience.entered', audience: 'healthy', seq: 1, cause: 'event' })
    expect(arrival!.id).toBe(`${arrival!.change.profileId}:healthy:1`)
    expect(healthy.faults).toEqual([])
  })

  test('DE4 is tried again after 500, 503 and 429, with the same id and body, until it is taken', async () => {
    await send('two', 'flaky')
    await expect.poll(() => about(flaky, 'two').at(-1)?.status, { timeout: 30_000 }).toBe(200)
    const arrivals = about(flaky, 'two')
    expect(arrivals.map(({ status }) => status)).toEqual(expect.arrayContaining([500, 503, 429, 200]))
    expect(new Set(arrivals.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
  })

  test('DE4 that the endpoint refuses for good is parked with the reason, and not tried again', async () => {
    await send('three', 'gone')
    const lake = await runtime.lake()
    await expect
      .poll(async () => (await lake.list({ prefix: 'parked/deliveries/gone/' })).objects.length, { timeout: 10_000 })
      .toBe(1)
    const [parked] = (await lake.list({ prefix: 'parked/deliveries/gone/' })).objects
    const body = JSON.parse(await (await lake.get(parked!.key))!.text())
    expect(body).toMatchObject({ reason: 'the endpoint answered 410', change: { audience: 'gone' } })
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    expect(about(gone, 'three')).toHaveLength(1)
  })

  test('DE3 reaches the healthy endpoint although another of its destinations is dead', async () => {
    await send('four', 'dead')
    await expect.poll(() => about(healthy, 'four').length).toBeGreaterThanOrEqual(1)
    await send('five', 'healthy')
    await expect.poll(() => about(healthy, 'five').length).toBe(1)
  })

  test('DE6 is not delivered for a purpose that is denied', async () => {
    await send('six', 'healthy', { consent: { categoryPreferences: { marketing: false } } })
    await send('seven', 'healthy', { consent: { categoryPreferences: { marketing: true } } })
    await expect.poll(() => about(healthy, 'seven').length).toBe(1)
    expect(about(healthy, 'six')).toEqual([])
  })

  test('whose destination has no secret yet waits, and is not lost', async () => {
    await send('eight', 'nosecret')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(about(healthy, 'eight')).toEqual([])
  })
})

describe('the lake', () => {
  test('LA2 holds each accepted event once after de-duplication by message_id, and WI6 counts as many', async () => {
    await send('one', 'healthy')
    const lake = await runtime.lake()
    const stats = async () => {
      const { sources } = await admin.stats()
      return sources.reduce(
        (sum, { accepted, duplicate }) => ({ accepted: sum.accepted + accepted, duplicate: sum.duplicate + duplicate }),
        { accepted: 0, duplicate: 0 },
      )
    }
    await expect.poll(stats, { timeout: 20_000 }).toEqual({ accepted: 8, duplicate: 1 })
    const files: string[] = []
    for (const { key } of (await lake.list({ prefix: 'events/' })).objects) {
      expect(key).toMatch(/^events\/dt=\d{4}-\d\d-\d\d\/hr=\d\d\/[0-9a-f]{32}\.parquet$/)
      const file = join(folder.path, key.replaceAll('/', '_'))
      await writeFile(file, Buffer.from(await (await lake.get(key))!.arrayBuffer()))
      files.push(file)
    }
    const duckdb = await (await DuckDBInstance.create()).connect()
    const list = files.map((file) => `'${file}'`).join(', ')
    const rows = await duckdb.runAndReadAll(
      `SELECT count(DISTINCT message_id)::INT AS events, count(DISTINCT anonymous_id)::INT AS people, min(source) AS source,
        min(timestamp) <= max(received_at) AS in_order FROM read_parquet([${list}])`,
    )
    expect(rows.getRowObjects()).toEqual([{ events: 8, people: 8, source: 'web', in_order: true }])
    for (const file of files) await rm(file)
  })
})
