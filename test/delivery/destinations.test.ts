import type { AudienceChange } from '@spartito/protocol'
import type { Destination, Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

let folder: TempFolder
let spartito: Spartito
let receiver: WebhookReceiver
/** what the endpoint answers to a change */
let answer: (change: AudienceChange) => number = () => 200

const destination = (id: string, more: Partial<Extract<Destination, { type: 'webhook' }>> = {}): Destination => ({
  id,
  type: 'webhook',
  purposes: ['marketing'],
  audiences: ['buyers'],
  settings: { url: `${receiver.origin}/${id}`, secret: keys.webhook },
  ...more,
})

const workspace = (...destinations: Destination[]): Workspace => ({
  sources: [{ id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } }],
  purposes: ['marketing'],
  audiences: [{ id: 'buyers', when: { event: 'Order Completed' } }],
  destinations,
})

const admin = async (path: string, init: RequestInit = {}) => {
  const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' }
  const response = await fetch(`${spartito.collector}/admin/${path}`, { ...init, headers })
  return { status: response.status, body: await response.json() }
}
const post = (path: string, body: object = {}) => admin(path, { method: 'POST', body: JSON.stringify(body) })

const track = async (event: object): Promise<void> => {
  const response = await fetch(`${spartito.collector}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ writeKey: keys.server, batch: [event] }),
  })
  expect(response.status).toBe(200)
}
const buys = (anonymousId: string, more: object = {}): Promise<void> =>
  track({ type: 'track', event: 'Order Completed', anonymousId, ...more })
const denied = { context: { consent: { categoryPreferences: { marketing: false } } } }

const about = (anonymousId: string) =>
  receiver.arrivals.filter(({ change }) => change.identifiers.some(({ value }) => value === anonymousId))
const listed = async (query: string): Promise<Record<string, unknown>[]> =>
  (await admin(`deliveries?${query}`)).body.deliveries

beforeAll(async () => {
  folder = await makeTempFolder('destinations')
  receiver = await startWebhookReceiver({ secret: keys.webhook, answer: (change) => answer(change) })
  spartito = await startSpartito({ folder: folder.path, vars: { SYNC_DELAY_MS: '0' } })
  await spartito.admin.publish(workspace(destination('crm')))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await receiver?.stop()
  await folder?.remove()
})

describe('DE6 consent is asked when it is delivered', () => {
  test('an entry that waits is skipped once its purpose is denied, with the reason', async () => {
    answer = () => 503
    await buys('ada')
    const entries = () => about('ada').filter(({ change }) => change.type === 'audience.entered')
    await expect.poll(() => entries().length).toBeGreaterThan(0)
    await track({ type: 'track', event: 'Segment Consent Preference Updated', anonymousId: 'ada', ...denied })
    const before = entries().length
    answer = () => 200
    const skipped = () => listed('destination=crm&state=skipped')
    await expect.poll(skipped, { timeout: 10_000 }).toMatchObject([{ reason: 'consent is denied', state: 'skipped' }])
    expect(entries().length - before).toBeLessThanOrEqual(1)
    expect(entries().every(({ status }) => status === 503)).toBe(true)
  })

  test('a profile that has merged meanwhile answers through the one that it is part of now', async () => {
    await track({ type: 'track', event: 'Seen', userId: 'bea', ...denied })
    answer = ({ type }) => (type === 'audience.entered' ? 503 : 200)
    await buys('beas-phone')
    await expect.poll(() => about('beas-phone').length).toBeGreaterThan(0)
    await track({ type: 'identify', userId: 'bea', anonymousId: 'beas-phone' })
    const { id } = about('beas-phone')[0]!.change
    const skipped = async () => (await listed('destination=crm&state=skipped')).find((one) => one.id === id)
    await expect.poll(skipped, { timeout: 15_000 }).toMatchObject({ reason: 'consent is denied' })
    answer = () => 200
    const entered = about('beas-phone').filter(({ change }) => change.type === 'audience.entered')
    expect(entered.every(({ status }) => status === 503)).toBe(true)
  })
})

describe('AD what goes out', () => {
  test('is told by destination, with what was parked, which is replayed once', async () => {
    answer = () => 410
    await buys('cleo')
    await expect.poll(async () => (await listed('destination=crm&state=parked')).length).toBe(1)
    const crm = { destination: 'crm', pending: 0, parked: 1, breaker: { open: 0, of: 2 } }
    await expect.poll(async () => (await admin('deliveries')).body.destinations).toMatchObject([crm])
    const [parked] = await listed('state=parked')
    expect(parked).toMatchObject({ destination: 'crm', reason: 'the endpoint answered 410', attempts: 1 })
    answer = () => 200
    expect(await post('deliveries/replay', { destination: 'crm', ids: ['another'] })).toMatchObject({
      body: { replayed: 0 },
    })
    expect(await post('deliveries/replay', { destination: 'crm' })).toMatchObject({
      status: 200,
      body: { replayed: 1 },
    })
    expect(await post('deliveries/replay', { destination: 'crm' })).toMatchObject({ body: { replayed: 0 } })
    await expect.poll(() => about('cleo').map(({ status }) => status)).toEqual([410, 200])
    const after = (await admin('deliveries?destination=crm')).body.destinations[0]
    expect(after).toMatchObject({ parked: 0, latencyMs: { p50: expect.any(Number), p99: expect.any(Number) } })
  })

  test('is told in pages', async () => {
    for (const who of ['dora', 'eva', 'fay']) await buys(who)
    await expect.poll(() => ['dora', 'eva', 'fay'].every((who) => about(who).length === 1)).toBe(true)
    const all = (await listed('state=delivered')).map(({ id }) => id)
    const paged: unknown[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { deliveries: { id: string }[]; next: string | null } = (
        await admin(`deliveries?state=delivered&limit=1${next && `&after=${encodeURIComponent(next)}`}`)
      ).body
      paged.push(...page.deliveries.map(({ id }) => id))
      next = page.next
    }
    expect(all.length).toBeGreaterThanOrEqual(4)
    expect(paged).toEqual(all)
  })

  test.each([
    ['a state that there is none of', 'deliveries?state=lost', undefined, 400, 'state must be one of'],
    ['a limit that is none', 'deliveries?limit=0', undefined, 400, 'limit must be'],
    ['a cursor that is none', 'deliveries?after=x', undefined, 400, 'after must be'],
    ['a replay to nobody', 'deliveries/replay', {}, 400, 'destination is missing'],
    ['a replay to who is not there', 'deliveries/replay', { destination: 'x' }, 404, 'no destination "x": it has crm'],
    ['a misspelt filter', 'deliveries/replay', { destination: 'crm', id: [] }, 400, 'id is not a setting'],
    ['a time that is none', 'deliveries/replay', { destination: 'crm', from: 'x' }, 400, 'from must be a time'],
    ['a sync of who is not there', 'destinations/x/sync', {}, 404, 'no destination "x"'],
  ])('%s is refused', async (_what, path, body, status, says) => {
    const refused = await (body ? post(path, body) : admin(path))
    expect({ status: refused.status, says: refused.body.message }).toEqual({
      status,
      says: expect.stringContaining(says),
    })
  })
})

describe('DE7 members that are there already', () => {
  const members = ['cleo', 'dora', 'eva', 'fay']
  const synced = (id: string) =>
    receiver.arrivals.filter(({ change }) => change.cause === 'sync' && change.id.includes(`:sync:${id}:`))

  test('a destination that is new hears of them, but for who has denied it; asked again, once more', async () => {
    await spartito.admin.publish(workspace(destination('crm'), destination('late', { exitsWhenRemoved: true })))
    await expect.poll(() => synced('late').length, { timeout: 10_000 }).toBe(members.length)
    for (const { change } of synced('late'))
      expect(change).toMatchObject({ type: 'audience.entered', audience: 'buyers', cause: 'sync', causeId: 'sync 1' })
    expect(
      synced('late')
        .flatMap(({ change }) => change.identifiers.map(({ value }) => value))
        .sort(),
    ).toEqual(members)
    const again = await post('destinations/late/sync')
    expect(again).toMatchObject({ status: 202, body: { run: 2, audiences: ['buyers'] } })
    await expect.poll(() => synced('late').length, { timeout: 10_000 }).toBe(2 * members.length)
    expect(new Set(synced('late').map(({ id }) => id)).size).toBe(2 * members.length)
    expect((await admin('deliveries?destination=late')).body.destinations[0].syncs).toEqual([])
  })

  test('taken out, it hears of exits, since it says so', async () => {
    await spartito.admin.publish(workspace(destination('crm')))
    const exits = () => synced('late').filter(({ change }) => change.type === 'audience.exited')
    const values = () => exits().flatMap(({ change }) => change.identifiers.map(({ value }) => value))
    // Others may be among them, of whom it has not heard: who has heard of whom is not kept.
    await expect.poll(values, { timeout: 10_000 }).toEqual(expect.arrayContaining(members))
  })

  test('AD both writes are in the audit', async () => {
    const { records } = (await admin('audit')).body as { records: { route: string; outcome: object; status: number }[] }
    const of = (route: string) => records.filter((record) => record.route === route)
    expect(of('/admin/deliveries/replay').map(({ outcome }) => outcome)).toContainEqual({ replayed: 1 })
    expect(of('/admin/destinations/:id/sync')).toMatchObject([
      { status: 202, outcome: { run: 2 } },
      { status: 404, outcome: { code: 'not_found' } },
    ])
  })
})
