import type { AudienceChange } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { keys } from '../support/keys.ts'
import { type Deployment, deploy, serverKey, until } from './deployment.ts'
import { type Receiver, startReceiver } from './receiver.ts'

type Audiences = NonNullable<Workspace['audiences']>

const people = 300
const names = Array.from({ length: people }, (_, i) => `u${i}`)
const nameOf = (userId: string): string => objectName({ type: 'user_id', value: userId })
/** What each of them has done: all looked at a page; some looked at products, some bought. */
const views = (i: number): number => i % 3
const orders = (i: number): number => (i % 10 === 0 ? 1 : 0)
const everybody = names.map((_, i) => i)
const who = (does: (i: number) => boolean): string[] =>
  everybody
    .filter(does)
    .map((i) => nameOf(`u${i}`))
    .sort()

const viewers: Audiences[number] = { id: 'viewers', name: 'Viewers', when: { event: 'Product Viewed' } }
const buyers: Audiences[number] = { id: 'buyers', expose: true, when: { event: 'Order Completed' } }
/** The same audience, defined otherwise: who viewed nothing. */
const lookers: Audiences[number] = { ...buyers, when: { event: 'Product Viewed', count: { eq: 0 } } }
const keen: Audiences[number] = { id: 'keen', when: { event: 'Product Viewed', count: { gte: 2 } } }
const seen: Audiences[number] = { id: 'seen', when: { event: 'page' } }

let live: Deployment
let receiver: Receiver

const workspace = (audiences: Audiences): Workspace => ({
  sources: [{ id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } }],
  purposes: ['analytics'],
  audiences,
  destinations: [
    {
      id: 'crm',
      type: 'webhook',
      purposes: ['analytics'],
      audiences: '*',
      settings: { url: receiver.url, secret: keys.webhook },
    },
  ],
})

interface AudienceSummary {
  id: string
  size: number
  version: number | null
}

const sizes = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await live.admin<AudienceSummary[]>('/admin/audiences')).map(({ id, size }) => [id, size]))

const membersOf = async (audience: string, limit = 37): Promise<string[]> => {
  const members: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { members: { visitor: string }[]; next: string | null } = await live.admin(
      `/admin/audiences/${audience}/members?limit=${limit}${query}`,
    )
    members.push(...page.members.map(({ visitor }) => visitor))
    cursor = page.next
  }
  return members.sort()
}

const settled = (isEqualTo: Record<string, number>) =>
  until(sizes, (now) => JSON.stringify(now) === JSON.stringify(isEqualTo))

const swept = (version: number, timeoutMs?: number) =>
  until(
    () => live.sweep(),
    (sweep) => sweep.version === version && sweep.isDone,
    timeoutMs,
  )

/** Of these, when they have arrived: deliveries come after the roster knows. */
const heard = (version: number, type: string, audience: string) =>
  expect.poll(() => described(changesOf(version), type, audience))

const changesOf = (version: number): AudienceChange[] =>
  receiver.changes().filter((change) => change.version === version)
const described = (changes: readonly AudienceChange[], type: string, audience: string): string[] =>
  changes
    .filter((change) => change.type === `audience.${type}` && change.audience === audience)
    .map(({ identifiers }) => objectName(identifiers[0]!))
    .sort()

beforeAll(async () => {
  receiver = await startReceiver()
  live = await deploy({ ROSTER_SHARDS: '4', SWEEP_PAGE: '5', SWEEP_DELAY_MS: '60' })
  await live.publish(workspace([viewers, buyers]))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  for (const i of everybody) if (i % 100 === 0) await live.collect(everybody.slice(i, i + 100).flatMap(deeds))
}, 60_000)

const deeds = (i: number): object[] => {
  const did = ['page', ...Array(views(i)).fill('Product Viewed'), ...Array(orders(i)).fill('Order Completed')]
  return did.map((event, n) => {
    const type = event === 'page' ? { type: 'page' } : { type: 'track', event }
    return { ...type, userId: names[i], messageId: `m${i}-${n}` }
  })
}

afterAll(async () => {
  await live?.remove()
  receiver?.close()
})

test('the roster knows everybody, and pages of members are those who did it', async () => {
  await settled({ viewers: 200, buyers: 30 })
  expect(await membersOf('viewers')).toEqual(who((i) => views(i) > 0))
  expect(await membersOf('buyers', 1_000)).toEqual(who((i) => orders(i) > 0))
  const { host } = await live.admin<{ host: object }>(`/admin/visitors/${nameOf('u10')}`)
  expect(host).toEqual({ type: 'user_id', value: 'u10' })
})

test('AU5 a new audience reaches those who send nothing, each difference once, and progress is visible', async () => {
  const version = await live.publish(workspace([viewers, buyers, keen]))
  const underWay = await until(
    () => live.sweep(),
    ({ visited }) => visited > 0,
  )
  expect(underWay).toMatchObject({ version, shards: 4, isDone: false })
  const done = await swept(version)
  expect(done).toMatchObject({ done: 4, visited: people, failed: 0 })
  // Somebody whose alarm happens to fire is brought up by that.
  expect(done.changed).toBeLessThanOrEqual(100)
  await settled({ viewers: 200, buyers: 30, keen: 100 })
  await heard(version, 'entered', 'keen').toEqual(who((i) => views(i) >= 2))
  expect(changesOf(version).filter(({ cause, audience }) => cause !== 'definition' || audience !== 'keen')).toEqual([])
  expect(await membersOf('keen')).toEqual(who((i) => views(i) >= 2))
})

test('AU5 a changed audience exits whom it no longer means and enters whom it does', async () => {
  const version = await live.publish(workspace([viewers, lookers, keen]))
  await swept(version)
  await settled({ viewers: 200, buyers: 100, keen: 100 })
  await heard(version, 'exited', 'buyers').toEqual(who((i) => orders(i) > 0 && views(i) > 0))
  await heard(version, 'entered', 'buyers').toEqual(who((i) => orders(i) === 0 && views(i) === 0))
  expect(new Set(changesOf(version).map(({ cause }) => cause))).toEqual(new Set(['definition']))
})

test('AU5 a deleted audience is exited by its members, and nobody else is visited', async () => {
  const version = await live.publish(workspace([viewers, lookers]))
  // Fewer, when alarms that happen to fire before the visit bring somebody up.
  expect((await swept(version)).visited).toBeLessThanOrEqual(100)
  await settled({ viewers: 200, buyers: 100 })
  await heard(version, 'exited', 'keen').toEqual(who((i) => views(i) >= 2))
})

test('WS what decides nothing visits nobody; a roll-back is a new version that is swept', async () => {
  const { workspace: current } = await live.admin<{ workspace: Workspace }>('/admin/workspace')
  const renamed = await live.publish({
    ...current,
    audiences: current.audiences!.map((a) => ({ ...a, name: 'Other' })),
  })
  await swept(renamed)
  expect(changesOf(renamed)).toEqual([])
  const { version } = await live.admin<{ version: number }>('/admin/workspace/rollback', {
    method: 'POST',
    body: JSON.stringify({ version: 1 }),
  })
  expect(version).toBe(renamed + 1)
  await swept(version)
  await settled({ viewers: 200, buyers: 30 })
  await expect.poll(() => new Set(changesOf(version).map(({ audience }) => audience))).toEqual(new Set(['buyers']))
})

test('a profile that moves into another leaves the roster, and its members are counted once', async () => {
  const view = { type: 'track', event: 'Product Viewed', messageId: 'moving-1', anonymousId: 'device' }
  await live.collect([view])
  await settled({ viewers: 201, buyers: 30 })
  const device = objectName({ type: 'anonymous_id', value: 'device' })
  expect(await membersOf('viewers')).toContain(device)
  await live.collect([{ type: 'identify', messageId: 'moving-2', anonymousId: 'device', userId: 'u0' }])
  await until(
    () => membersOf('viewers'),
    (members) => !members.includes(device),
  )
  await settled({ viewers: 201, buyers: 30 })
  expect(await membersOf('viewers')).toContain(nameOf('u0'))
})

test('RELIABILITY R11 published while events arrive: all are taken, and each difference comes once', async () => {
  const { workspace: current } = await live.admin<{ workspace: Workspace }>('/admin/workspace')
  const pinged: Audiences[number] = { id: 'pinged', when: { event: 'Ping' } }
  const pings = everybody.filter((i) => i % 2 === 0)
  const ping = (i: number) => ({ type: 'track', event: 'Ping', userId: names[i], messageId: `ping-${i}` })
  const version = await live.publish({ ...current, audiences: [...current.audiences!, pinged] })
  // Some while isolates have the old version, some before their visit, some after it.
  for (let first = 0; first < pings.length; first += 5) {
    const answer = await live.collect(pings.slice(first, first + 5).map(ping))
    expect(answer).toMatchObject({ success: true, accepted: 5, rejected: [] })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await swept(version)
  await until(
    async () => (await sizes()).pinged,
    (n) => n === pings.length,
  )
  expect(await membersOf('pinged')).toEqual(who((i) => i % 2 === 0))
  const pingedChanges = () => receiver.changes().filter(({ audience }) => audience === 'pinged')
  await expect.poll(() => pingedChanges().length).toBe(pings.length)
  const entries = pingedChanges()
  expect(described(entries, 'entered', 'pinged')).toEqual(who((i) => i % 2 === 0))
  expect(entries).toHaveLength(pings.length)
})

test('RELIABILITY R11 killed in the middle of a sweep, it goes on, and each difference comes once by its key', async () => {
  // Without a pause, each shard has a page out whenever it is killed: what was in the queue is lost, and sent again.
  await live.kill()
  await live.start({ SWEEP_PAGE: '2', SWEEP_DELAY_MS: '0' })
  const { workspace: current } = await live.admin<{ workspace: Workspace }>('/admin/workspace')
  const version = await live.publish({ ...current, audiences: [...current.audiences!, seen] })
  const before = await until(
    () => live.sweep(),
    ({ version: of, visited }) => of === version && visited > 0,
  )
  expect(before.isDone).toBe(false)
  await live.kill()
  await live.start()
  expect(await swept(version, 90_000)).toMatchObject({ visited: people, failed: 0 })
  await until(
    async () => changesOf(version).length,
    (n) => n >= people,
  )
  await until(
    async () => (await sizes()).seen,
    (n) => n === people,
  )
  const changes = changesOf(version)
  expect(described(changes, 'entered', 'seen')).toEqual(who(() => true))
  expect(changes).toHaveLength(people)
  expect(await membersOf('seen', 1_000)).toEqual(who(() => true))
})

test('AU6 over all of it, the changes of a profile are numbered without a gap', () => {
  for (const its of Map.groupBy(receiver.changes(), ({ profileId }) => profileId).values()) {
    const seqs = its.map(({ seq }) => seq).sort((a, b) => a - b)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  }
})
