import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { ask, canary, send } from './erasure-story.ts'
import { findBytes } from './find-bytes.ts'
import { until } from './start-crash.ts'

/** Its digits are in nothing else. */
const phone = '+491727654321'
/** Of the network of a browser, which has a budget of its own. */
const ip = '203.0.113.77'
const network = '203.0.113'
const budgetName = createHash('sha256').update(`web ${network}`).digest('hex').slice(0, 32)
const shown = [canary, phone.slice(1), network]

const workspace = (destination: string): Workspace => ({
  sources: [
    // So few that the network's share of them is stored, with an alarm.
    {
      id: 'web',
      kind: 'browser',
      writeKey: keys.browser,
      consent: { policy: 'opt-out' },
      budgets: { newVisitors: 8 },
    },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['marketing'],
  identity: {
    identifiers: [
      { type: 'email', class: 'contact', from: 'traits.email' },
      { type: 'phone', class: 'contact', from: 'traits.phone' },
      { type: 'card', class: 'contact', from: 'traits.card' },
      { type: 'till_id', class: 'device', from: 'traits.till' },
      { type: 'household', class: 'group', from: 'traits.household' },
    ],
  },
  audiences: [{ id: 'seen', when: { event: 'Seen' } }],
  destinations: [{ ...receiverDestination(destination), events: '*' }],
})

let made = 0
const seen = (who: object) => ({ type: 'track', event: 'Seen', messageId: `${canary}:m/${made++} ü%2F`, ...who })

const strange = `${canary}:ü/%2e.%00 "${'x'.repeat(200)}"`
/** One event that is addressed by each type of the workspace; the household goes along with a device. */
const browser = [`${canary}-a`, strange, `user_id:${canary}`].map((anonymousId) => seen({ anonymousId }))
const server = [
  seen({ userId: `${canary}-u` }),
  seen({ userId: strange }),
  seen({ traits: { email: `${canary}@shop.example` } }),
  seen({ traits: { phone } }),
  seen({ traits: { card: `${canary}-card` } }),
  seen({ traits: { till: `${canary}-till` } }),
  seen({ anonymousId: `${canary}-b`, traits: { household: `${canary}-home` } }),
  // A merge that moves a page, and its link.
  { type: 'identify', anonymousId: `${canary}-a`, userId: `${canary}-u`, messageId: `${canary}-signed-in` },
]
const sent = browser.length + server.length

interface Listed {
  destinations: { pending: number; parked: number }[]
  deliveries: { id: string; kind: string }[]
}

let folder: TempFolder
let receiver: WebhookReceiver
let spartito: Spartito
let status = 410

const parked = (): Promise<Listed> => ask(spartito, 'deliveries?destination=receiver&state=parked&limit=500')

beforeAll(async () => {
  folder = await makeTempFolder('names')
  receiver = await startWebhookReceiver({ secret: keys.webhook, answer: () => status })
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1, vars: { BUDGET_FACTOR: '1' } })
  await spartito.admin.publish(workspace(receiver.origin))
  const response = await fetch(`${spartito.collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.browser), 'cf-connecting-ip': ip },
    body: JSON.stringify({ batch: browser }),
    signal: AbortSignal.timeout(20_000),
  })
  expect(await response.json()).toMatchObject({ accepted: browser.length, rejected: [] })
  expect(await send(spartito, server, keys.server)).toMatchObject({ accepted: server.length, rejected: [] })
  await until('each event is parked, and the entry of each but the sign-in', async () => {
    const { destinations, deliveries } = await parked()
    const kinds = deliveries.map(({ kind }) => kind)
    return (
      destinations.every(({ pending }) => pending === 0) &&
      kinds.filter((kind) => kind === 'event').length === sent &&
      kinds.filter((kind) => kind === 'change').length >= sent - 1
    )
  })
}, 60_000)

afterAll(async () => {
  await spartito?.runtime.kill()
  await receiver?.stop()
  await folder?.remove()
})

test('AD what is parked is listed under its own id, with what a client chose in it, and replayed by that', async () => {
  const [one] = (await parked()).deliveries.filter(
    ({ id, kind }) => kind === 'event' && id.includes(`${canary}-signed`),
  )
  status = 200
  expect(await ask(spartito, 'deliveries/replay', { destination: 'receiver', ids: [one!.id] })).toMatchObject({
    replayed: 1,
    missing: [],
  })
  await until('it arrives', () => receiver.arrivals.some((arrival) => arrival.status === 200 && arrival.id === one!.id))
})

/** What holds personal data itself, and is rewritten or made anew by an erasure: objects' own files, and the bucket's bodies. */
const ofPersons = [
  /^do\/spartito-collector-Visitor\/[0-9a-f]+\.sqlite/,
  /^do\/spartito-activation-Deliveries\/[0-9a-f]+\.sqlite/,
  /^r2\/spartito-lake\/blobs\//,
]

test('CO7 names of objects and keys of the bucket tell no identifier, though all are alive and their deliveries parked', async () => {
  await spartito.runtime.kill()
  const state = join(folder.path, 'state')
  const files = await readdir(state, { recursive: true })
  // What is newest is in the log of a database.
  const hold = async (which: RegExp, text: string): Promise<boolean> =>
    (
      await Promise.all(files.filter((file) => which.test(file)).map((file) => readFile(join(state, file), 'latin1')))
    ).some((bytes) => bytes.includes(text))
  // They are where names and keys would be.
  expect(await hold(/^do\/spartito-collector-Visitor\/metadata\.sqlite/, 'anonymous_id:')).toBe(true)
  expect(await hold(/^do\/spartito-collector-Budget\/metadata\.sqlite/, budgetName)).toBe(true)
  expect(await hold(/^r2\/.*\.sqlite/, 'parked/deliveries/receiver/')).toBe(true)
  for (const text of shown) {
    const found = await findBytes(folder.path, text)
    const elsewhere = [...found.keys()].filter((file) => !ofPersons.some((own) => own.test(file.replace('state/', ''))))
    expect([text, elsewhere]).toEqual([text, []])
    expect(files.filter((file) => file.toLowerCase().includes(text))).toEqual([])
    expect(found.size).toBeGreaterThan(0)
  }
})
