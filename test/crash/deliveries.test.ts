import type { AudienceChange } from '@spartito/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { crashWorkspace, nameOf, type Visitor } from './crash-workspace.ts'
import { type Crash, startCrash, until } from './start-crash.ts'

interface Row {
  visitor: Visitor
  event: 'Order Completed' | 'Article Read'
  /** requests that the destination gets, before the kill and over all: those of one delivery are the same */
  before: number
  copies: number
}

const bought = { event: 'Order Completed', before: 0, copies: 1 } as const

/** All at one kill; the first one hangs the queue's consumer, so it comes last. */
const rows: [killed: string, row: Row][] = [
  ['when it is stored and nobody has heard: it is sent again, and known', { ...bought, visitor: 'ada' }],
  ['when its visitor has been told and no request was made: it comes from its row', { ...bought, visitor: 'bea' }],
  [
    'when the destination has it and has not answered: it comes again under the same id',
    { ...bought, visitor: 'cleo', before: 1, copies: 2 },
  ],
  [
    'when it is settled and the lake has not heard: the lake is told, and nobody else',
    { visitor: 'dora', event: 'Article Read', before: 1, copies: 1 },
  ],
]

const holds = [
  { at: 'delivery.stored', carrying: [nameOf('ada')] },
  { at: 'delivery.ask', carrying: [nameOf('ada')] },
  { at: 'delivery.ask', carrying: [nameOf('bea')] },
  { at: 'outcome.tell', carrying: ['"audience":"readers"'] },
] as const satisfies { at: Checkpoint; carrying: string[] }[]

const is = (visitor: Visitor, { identifiers }: AudienceChange): boolean =>
  identifiers.some(({ value }) => value === visitor)

const happened = (visitor: Visitor, event: string) => ({
  event,
  messageId: `${visitor}-${event}`,
  timestamp: Date.now(),
})
const order = (visitor: Visitor) => happened(visitor, 'Order Completed')

const crashes: Crash[] = []
const start = async (...args: Parameters<typeof startCrash>): Promise<Crash> => {
  const crash = await startCrash(...args)
  crashes.push(crash)
  return crash
}
afterAll(async () => {
  await Promise.all(crashes.map((crash) => crash.end()))
})

let killed: Crash
beforeAll(async () => {
  const crash = await start(holds.map(({ at, carrying }) => ({ at, carrying: [...carrying] })))
  crash.endpoint.isHung = (change) => is('cleo', change)
  for (const [, { visitor, event, before }] of rows.toReversed()) {
    crash.track(visitor, happened(visitor, event)).catch(() => undefined)
    await until('the request', () => crash.arrivals(visitor).length >= before)
    // One by one, so that none waits behind the consumer that hangs with the last.
    await until(
      `held of ${visitor}`,
      () => visitor === 'ada' || visitor !== 'bea' || crash.isHeld('delivery.ask', nameOf('bea')),
    )
  }
  await crash.untilHeld()
  for (const [, { visitor, before }] of rows) expect(crash.arrivals(visitor)).toHaveLength(before)
  await crash.kill()
  crash.endpoint.isHung = () => false
  await crash.restart('watched')
  killed = crash
})

test.concurrent.each(rows)('a delivery, killed -9 %s', async (_killed, { visitor, copies }) => {
  const arrivals = () => killed.arrivals(visitor)
  await until('it arrives', () => arrivals().length >= copies)
  // The lake hears of it once it is settled, and then nothing is left to be sent.
  await killed.untilPassed('outcome.tell', arrivals()[0]!.change.profileId, '"state":"delivered"')
  expect(arrivals()).toHaveLength(copies)
  expect(new Set(arrivals().map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
})

const ask = async ({ collector }: Crash, path: string, init: RequestInit = {}) => {
  const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' }
  return (await fetch(`${collector}/admin/${path}`, { ...init, headers, signal: AbortSignal.timeout(20_000) })).json()
}

test.concurrent('a replay, killed -9 in the middle, and asked for again: one delivery', async () => {
  const crash = await start([{ at: 'replay.read', carrying: ['parked/deliveries/receiver/'] }])
  crash.endpoint.status = (change) => (is('ada', change) ? 410 : 200)
  await crash.track('ada', order('ada'))
  await crash.untilPassed('outcome.tell', '"state":"parked"')
  crash.endpoint.status = () => 200
  const replay = () =>
    ask(crash, 'deliveries/replay', { method: 'POST', body: JSON.stringify({ destination: 'receiver' }) })
  replay().catch(() => undefined)
  await crash.untilHeld()
  await crash.kill()
  await crash.restart('watched')
  expect(crash.arrivals('ada').map(({ status }) => status)).toEqual([410])
  expect(await replay()).toEqual({ replayed: 1, missing: [] })
  expect(await replay()).toEqual({ replayed: 0, missing: [] })
  await crash.untilPassed('outcome.tell', '"state":"delivered"')
  expect(crash.arrivals('ada').map(({ status }) => status)).toEqual([410, 200])
})

test.concurrent.each<[step: string, at: Checkpoint, carrying: string[]]>([
  ['before its second page', 'sync.page', ['roster-1']],
  ['when a page is handed over and not noted', 'sync.taken', [':sync:late:1']],
])('DE7 a sync, killed -9 %s, goes on: each member once', async (_step, at, carrying) => {
  const crash = await start([{ at, carrying }])
  const members: Visitor[] = ['ada', 'bea', 'cleo', 'dora']
  for (const visitor of members) await crash.track(visitor, order(visitor))
  await until('all are in', () => crash.changes.length === members.length)
  const origin = crash.endpoint.origin
  const late = { ...receiverDestination(origin), id: 'late', audiences: ['buyers'] }
  const workspace = crashWorkspace(origin)
  await crash.admin.publish({ ...workspace, destinations: [...workspace.destinations!, late] })
  await crash.untilHeld()
  await crash.kill()
  await crash.restart('watched')
  const synced = () => crash.changes.filter(({ change }) => change.cause === 'sync')
  await until('all members', () => new Set(synced().map(({ id }) => id)).size === members.length)
  await crash.untilPassed('sync.page', 'roster-3')
  // What was under way at the kill may have come twice, under its id.
  for (const arrivals of Map.groupBy(synced(), ({ id }) => id).values())
    expect(new Set(arrivals.map(({ body }) => body)).size).toBe(1)
  expect(new Set(synced().map(({ id }) => id)).size).toBe(members.length)
})
