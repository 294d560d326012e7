import { join } from 'node:path'
import { exportJWK, generateKeyPair, jwtVerify } from 'jose'
import type { Miniflare } from 'miniflare'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startFaultRelay } from '../support/fault-relay.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { bundle, processes, run, startWorker } from './start-runtimes.ts'
import type { Asked, Told } from './story.ts'

let folder: TempFolder
let spartito: Spartito
let worker: Miniflare
let program: string

const hmacSecret = 'a-secret-of-the-web-source-of-32-bytes'
const pair = await generateKeyPair('ES256', { extractable: true })
const privateKey = await exportJWK(pair.privateKey)

beforeAll(async () => {
  folder = await makeTempFolder('runtimes')
  const file = (name: string): string => join(folder.path, name)
  ;[spartito, program] = await Promise.all([
    startSpartito({ folder: folder.path }),
    bundle('program', file('program.mjs')),
  ])
  worker = await startWorker(await bundle('worker', file('worker.mjs')))
  await spartito.admin.publish({
    sources: [
      { id: 'web', kind: 'browser', writeKey: keys.browser },
      { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    ],
    audiences: [{ id: 'buyers', when: { event: 'Order Completed' } }],
  })
  await new Promise((resolve) => setTimeout(resolve, 1_200))
})
afterAll(async () => {
  await worker?.dispose()
  await spartito?.runtime.stop()
  await folder?.remove()
})

const askOf = (collector: string, userId: string): Asked => {
  const [text, at] = ['{"type":"audience.entered"}', new Date()]
  return {
    collector,
    key: keys.server,
    userId,
    anonymousId: `device-of-${userId}`,
    signingKeys: [
      { kid: 'h1', alg: 'HS256', secret: hmacSecret },
      { kid: 'e1', alg: 'ES256', privateKey },
    ],
    webhook: {
      text,
      headers: {
        'webhook-id': 'w1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(keys.webhook).sign('w1', at, text),
      },
      secret: keys.webhook,
    },
  }
}

const inWorker = async (asked: Asked, path = '/'): Promise<Response> => {
  const init = { method: 'POST', body: JSON.stringify(asked) }
  return (await worker.dispatchFetch(`http://worker${path}`, init)) as unknown as Response
}

const runtimes: [name: string, tell: (asked: Asked) => Promise<Told>][] = [
  ...Object.entries(processes).map(([name, start]): [string, (asked: Asked) => Promise<Told>] => [
    name,
    (asked) => run<Told>(start(program, JSON.stringify(asked))),
  ]),
  ['workerd', async (asked) => (await (await inWorker(asked)).json()) as Told],
]

// CI installs them all: there one that is missing is a failure, and not a row less
test.runIf(process.env.RUNTIMES === 'all')('node, deno, bun and workerd are here', () => {
  expect(runtimes.map(([name]) => name)).toEqual(['node', 'deno', 'bun', 'workerd'])
})

describe('the client for servers does all that it does', () => {
  test.each(runtimes)('in %s', async (name, tell) => {
    const relay = await startFaultRelay(spartito.collector)
    onTestFinished(() => relay.close())
    relay.refuseNext(1, { status: 503, retryAfterSeconds: 1 })
    const userId = `ada-of-${name}`
    const told = await tell(askOf(relay.origin, userId))
    expect(told).toMatchObject({ delays: 1, drops: ['invalid_event'], left: 0, webhooks: [true, false] })
    expect(told.messageIds.map((id) => id?.length)).toEqual([26, 26, 26, 26, undefined])
    expect(told.profile).toMatchObject({ traits: { plan: 'pro', name: 'Adà' }, audiences: ['buyers'] })
    expect(new URL(told.link).searchParams.get('spartito_link')).toMatch(/^[\w-]{40,}$/)
    const secrets = [new TextEncoder().encode(hmacSecret), pair.publicKey]
    for (const [n, token] of told.tokens.entries())
      expect((await jwtVerify(token, secrets[n]!, { audience: 'web' })).payload.sub).toBe(userId)
    const profile = await spartito.admin.profile({ type: 'user_id', value: userId })
    expect(profile!.events).toMatchObject({
      identify: { count: 1 },
      'Order Completed': { count: 2 },
      page: { count: 1 },
    })
    // the first request was refused, and its events came again
    const batches = relay.requests.filter(({ path }) => path === '/v1/batch').map(({ status }) => status)
    expect(batches).toEqual([503, 200])
  })
})

describe('what a process has left in its spool is sent by the next one', () => {
  test.each(Object.entries(processes))('in %s', async (name, start) => {
    const spool = join(folder.path, `spool-of-${name}`)
    const asked = askOf('http://127.0.0.1:9', `spooling-in-${name}`)
    const first = await run<Told>(start(program, JSON.stringify(asked), spool))
    expect([first.messageIds.length, first.left]).toEqual([5, 5])
    const next = { ...asked, collector: spartito.collector }
    expect((await run<Told>(start(program, JSON.stringify(next), spool))).left).toBe(0)
    const profile = await spartito.admin.profile({ type: 'user_id', value: asked.userId })
    expect(profile!.events).toMatchObject({ Spooled: { count: 5 }, 'Order Completed': { count: 2 } })
  })
})

test('a Worker answers before its events are sent, and sends them by waitUntil', async () => {
  const relay = await startFaultRelay(spartito.collector)
  onTestFinished(() => relay.close())
  relay.refuseNext(1, { status: 503, retryAfterSeconds: 1 })
  const asked = askOf(relay.origin, 'later-in-workerd')
  expect(await (await inWorker(asked, '/later')).text()).toBe('answered')
  const counts = async () => (await spartito.admin.profile({ type: 'user_id', value: asked.userId }))?.events
  expect(await counts()).toBeUndefined()
  await expect.poll(counts, { timeout: 10_000 }).toMatchObject({ 'Answered First': { count: 1 } })
})
