import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Erasure, Receipt } from '../../workers/collector/src/erasure/rpc.ts'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { downloadLake } from '../support/download-lake.ts'
import { keys } from '../support/keys.ts'
import { queryLake } from '../support/query-lake.ts'
import type { Hold } from './checkpoints/start-checkpoints.ts'
import {
  ask,
  canary,
  erasureWorkspace,
  eventOf,
  eventsOf,
  type Person,
  personOf,
  send,
  sweptWorkspace,
} from './erasure-story.ts'
import { findBytes } from './find-bytes.ts'
import { type Crash, startCrash, until } from './start-crash.ts'

const erased = Array.from({ length: 50 }, (_, n) => personOf(`${canary}${String(n).padStart(2, '0')}x`))
const others = Array.from({ length: 5 }, (_, n) => personOf(`neighbour${n}`))

/** The worst instants of an erasure: what it asked for is done, and it has stored nothing of that. */
const kills = [
  'VISITOR.withhold',
  'VISITOR.leave',
  'CONFIG.put',
  'VISITOR.bury',
  'ROSTER.erase',
  'QUARANTINE.erase',
  'RECENT.erase',
  'LAKE_KEEPER.startErasure',
  'DELIVERIES.erase',
  'DELIVERIES.deletePerson',
] as const

const holdAt = (what: string): Hold => ({ at: 'erasure', carrying: [what] })

/** Each is asked for by another of their identifiers. */
const identifierOf = ({ userId, email, devices }: Person, n: number) =>
  [
    { type: 'email', value: email },
    { type: 'user_id', value: userId },
    { type: 'anonymous_id', value: devices[0]! },
  ][n % 3]!

const merging = erased[7]!
const dead = erased[11]!

let crash: Crash
let erasures: Erasure[] = []
let before: unknown[] = []

const viewOf = async ({ userId }: Person) => {
  const profile = await crash.admin.profile({ type: 'user_id', value: userId })
  if (!profile) return undefined
  const { profileId, host, identifiers, traits, events, audiences } = profile
  return {
    profileId,
    host,
    identifiers: identifiers.map(({ type, value }) => ({ type, value })),
    traits,
    events,
    audiences,
  }
}

/** The lake's keeper waits for those who ask together, within a minute. */
const erasedWithinMs = 150_000

const untilErased = async (): Promise<Erasure[]> => {
  for (const deadline = Date.now() + erasedWithinMs; ; await wait(500)) {
    const all = (await ask<{ erasures: Erasure[] }>(crash, 'erasures')).erasures
    const waiting = all.filter(({ state }) => state !== 'done')
    if (waiting.length === 0) return all
    const why = waiting.map(
      ({ steps, waitsFor }) => `${steps.find(({ doneAt }) => doneAt === null)?.step}: ${waitsFor}`,
    )
    if (Date.now() > deadline) throw new Error(`not erased within ${erasedWithinMs} ms: ${why.join('; ')}`)
  }
}

beforeAll(async () => {
  // A device is just being taken in, and hangs; and so does the first erasure.
  const merge = {
    at: 'page.pulled',
    carrying: [`${objectName({ type: 'anonymous_id', value: merging.devices[1]! })} `],
  } as const
  crash = await startCrash(
    [merge, holdAt(kills[0])].map(({ at, carrying }) => ({ at, carrying: [...carrying] })),
    erasureWorkspace,
  )
  // Some of each in the first request: of later ones within a second no sample is kept.
  const everybody = [...erased.slice(0, 8), ...others, ...erased.slice(8)]
  for (let first = 0; first < everybody.length; first += 11) {
    const some = everybody.slice(first, first + 11).map(eventsOf)
    const [browser, server] = [some.flatMap((its) => its.browser), some.map((its) => its.server)]
    expect(await send(crash, browser)).toMatchObject({ accepted: 4 * some.length, quarantined: some.length })
    // Who hangs answers nobody.
    const hanging = first === 0 ? server.splice(7, 1) : []
    for (const batch of hanging) send(crash, batch, keys.server).catch(() => undefined)
    expect(await send(crash, server.flat(), keys.server)).toMatchObject({ accepted: 3 * server.length })
  }
  await until('the merge hangs', () => crash.isHeld('page.pulled', merge.carrying[0]))
  await until('all are delivered', () => crash.changes.length >= (everybody.length - 1) * 8)
  before = await Promise.all(others.map(viewOf))
  // Deliveries of one are under way, a sweep visits all, and the lake's files are joined.
  crash.endpoint.isHung = (change) => JSON.stringify(change).includes(dead.name)
  await send(crash, [eventOf(dead, 0, 'late'), eventOf(dead, 1, 'later')])
  await crash.admin.publish(sweptWorkspace(crash.endpoint.origin))
  const hours = { hours: [{ kind: 'events', hour: new Date().toISOString().slice(0, 13) }] }
  ask(crash, 'lake/compact', hours).catch(() => undefined)
  const asked: { id: string }[] = []
  for (const [n, person] of erased.entries())
    asked.push(
      await ask(crash, 'erasures', { identifier: identifierOf(person, n), mode: n % 10 === 9 ? 'suppress' : 'erase' }),
    )
  const ids = asked.map(({ id }) => id)
  expect(new Set(ids).size).toBe(erased.length)
  let [hold, ...later] = kills.map(holdAt)
  for (;;) {
    const { at, carrying } = hold!
    await until(`held at ${carrying}`, () => crash.isHeld(at, ...carrying))
    await crash.kill()
    ;[hold, ...later] = later
    if (!hold) break
    await crash.restart('watched', [hold])
  }
  crash.endpoint.isHung = () => false
  await crash.restart()
  erasures = await untilErased()
  expect(erasures.map(({ id }) => id).sort()).toEqual(ids.sort())
}, 400_000)

afterAll(() => crash?.end())

test('CO7 an erasure, killed -9 at each of its steps, ends with a receipt that counts what went from where', () => {
  for (const { receipt, steps, waitsFor } of erasures) {
    expect(waitsFor).toBeNull()
    expect(steps.every(({ doneAt }) => doneAt !== null)).toBe(true)
    const { stores, subjects, kept } = JSON.parse(receipt!.payload) as Receipt
    expect(subjects).toHaveLength(4)
    expect(stores).toMatchObject({ find: { identifiers: 4 }, empty: { objects: 4 } })
    expect(kept.length).toBeGreaterThan(3)
  }
})

test('CO7 destinations hear of each exit with cause erasure, and then that the person is erased', () => {
  for (const { name } of erased) {
    const heard = crash.changes.filter(({ body }) => body.includes(name)).map(({ body }) => JSON.parse(body))
    expect(heard.filter(({ cause }) => cause === 'erasure').map(({ audience }) => audience)).toContain('buyers')
    expect(heard.some(({ type }) => type === 'profile.erased')).toBe(true)
  }
})

test('CO7 nobody of them has a profile, and everybody else has theirs as it was', async () => {
  expect(await Promise.all(erased.map(viewOf))).toEqual(erased.map(() => undefined))
  const after = (await Promise.all(others.map(viewOf))) as { audiences: { id: string }[] }[]
  expect(
    after.map(({ audiences, ...view }) => ({ ...view, audiences: audiences.filter(({ id }) => id !== 'seen') })),
  ).toMatchObject(
    before.map((view) => {
      const { audiences, ...rest } = view as { audiences: object[] }
      return { ...rest, audiences: audiences.map((audience) => ({ ...audience, version: expect.anything() })) }
    }),
  )
})

const codesOf = ({ rejected }: { rejected: { code: string }[] }): string[] => [
  ...new Set(rejected.map(({ code }) => code)),
]

test('CO7 replays, imports, late and future-dated events, and what is recovered, revive nobody', async () => {
  const recovered = await ask<{ accepted: number }>(crash, 'quarantine/recover', { source: 'web' })
  expect(recovered.accepted).toBe(0)
  for (const [n, person] of erased.entries()) {
    const code = n % 10 === 9 ? 'suppressed' : 'erased'
    const { browser, server } = eventsOf(person)
    const of = (events: object[]) => events.filter((event) => !/-(bot|checked)"/.test(JSON.stringify(event)))
    const replayed = await send(crash, of(browser))
    expect([replayed.accepted, ...codesOf(replayed)]).toEqual([0, code])
    const imported = await send(crash, of(server), keys.server, 'import')
    expect([imported.accepted, ...codesOf(imported)]).toEqual([0, code])
    const late = eventOf(person, 0, 'never seen', { timestamp: new Date(Date.now() - 3_600_000).toISOString() })
    const future = eventOf(person, 1, 'to come', { timestamp: '2031-01-01T00:00:00Z' })
    const both = await send(crash, [late, future])
    expect([both.accepted, ...codesOf(both)]).toEqual([0, code])
  }
  expect(await Promise.all(erased.map(viewOf))).toEqual(erased.map(() => undefined))
})

const kinds = ['events', 'changes', 'consents', 'quarantine', 'deliveries'] as const
const neighbour = 'neighbour'
/** Whose rows wait until the lake confirms them: of the others a killed local queue may have lost some. */
const again: ReadonlySet<string> = new Set(['events', 'consents', 'quarantine'])

test('CO7 no row of the lake has anything of them, and others have theirs', async () => {
  const to = join(crash.folder, 'lake')
  for (const kind of kinds) {
    let rows = ''
    // What a killed queue has lost is told again after 15 s.
    await until(`${kind} of others`, async () => {
      const files = await downloadLake(crash.collector, keys.admin, kind, to)
      rows = files.length === 0 ? '' : JSON.stringify(await queryLake(to, 'CAST(row AS VARCHAR)', 'row', kind))
      return rows.includes(neighbour) || !again.has(kind)
    })
    expect([kind, rows.includes(canary)]).toEqual([kind, false])
  }
})

test('CO7 no byte of them is kept: in no object, file, log or database', async () => {
  const found = async (text: string) => [...(await findBytes(crash.folder, text)).keys()]
  await rm(join(crash.folder, 'lake'), { recursive: true })
  // Objects that several persons share write over what SQLite has let go of, some seconds after the last erasure.
  await expect.poll(() => found(canary), { timeout: 60_000, interval: 1_000 }).toEqual([])
  await crash.kill()
  expect(await found(canary)).toEqual([])
  // What is looked through so is where it would be.
  const places = (await found(neighbour)).map((file) => file.split('/').slice(0, 3).join('/'))
  expect([...new Set(places)].sort()).toEqual(
    expect.arrayContaining([
      'state/do/spartito-activation-Deliveries',
      'state/do/spartito-collector-Quarantine',
      'state/do/spartito-collector-RecentEvents',
      'state/do/spartito-collector-Visitor',
      'state/r2/spartito-lake',
    ]),
  )
}, 100_000)
