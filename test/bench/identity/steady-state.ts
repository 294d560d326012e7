import type { BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import { withCountedRun } from '../collector/counted-run.ts'
import { postBatch, type Sent } from '../collector/post-batch.ts'
import { seedVisitor } from '../collector/seed-visitor.ts'
import type { Row } from '../row.ts'
import { allOf } from './all-of.ts'
import { costsOf } from './request-costs.ts'

/** Who sends an event; `n` tells visitors apart. */
type Shows = (n: number) => Pick<Sent, 'anonymousId' | 'userId' | 'sessionId'>

interface Case {
  what: string
  /** sent before, in this order */
  before: { name: string; shows: Shows }[]
  shows: Shows
  /** SPEC ID4: one object call, or two */
  maxCalls: number
  /** DESIGN 7: two, unless it says why not */
  maxRows?: number
}

const device = (prefix: string) => (n: number) => ({ anonymousId: `${prefix}-device${n}` })
const person =
  (prefix: string, who = 'a') =>
  (n: number) => ({ userId: `${prefix}-${who}${n}` })
const inSession = (of: string) => (n: number) => ({ sessionId: `${of}${n}` })
const all =
  (...shows: ((n: number) => Partial<Sent>)[]): Shows =>
  (n) =>
    Object.assign({}, ...shows.map((its) => its(n)))

/** A device that A and then B have signed in on. */
const contested = (prefix: string, sessions: boolean): Case['before'] => [
  { name: 'identify', shows: all(device(prefix), person(prefix), ...(sessions ? [inSession('first')] : [])) },
  { name: 'identify', shows: all(device(prefix), person(prefix, 'b'), ...(sessions ? [inSession('second')] : [])) },
]

const cases: Case[] = [
  { what: 'anonymous', before: [], shows: device('anonymous'), maxCalls: 1 },
  {
    what: 'identified, userId and anonymousId',
    before: [{ name: 'identify', shows: all(device('both'), person('both')) }],
    shows: all(device('both'), person('both')),
    maxCalls: 1,
  },
  {
    what: 'identified, anonymousId alone, passed on to the owner',
    before: [{ name: 'identify', shows: all(device('alone'), person('alone')) }],
    shows: device('alone'),
    maxCalls: 2,
  },
  {
    what: 'contested, userId and anonymousId in a proved session',
    before: contested('proved', true),
    shows: all(device('proved'), person('proved', 'b'), inSession('second')),
    maxCalls: 1,
  },
  {
    what: 'contested, anonymousId alone in a proved session, passed on',
    before: contested('passed', true),
    shows: all(device('passed'), inSession('second')),
    maxCalls: 2,
  },
  {
    what: 'contested, the same where sessions have no ids',
    before: contested('gaps', false),
    shows: device('gaps'),
    maxCalls: 2,
    // Where gaps alone end a session, the device stores when its newest event was, and the owner the event: a row each,
    // and one of sixteen fills a block besides.
    maxRows: 2.1,
  },
  {
    what: "contested, anonymousId alone in a session without proof, the device's own",
    before: contested('own', true),
    shows: all(device('own'), inSession('third')),
    maxCalls: 1,
  },
]

/** What each visitor sends before it is at rest: its audiences are entered, its device is proved, its ledger has a table. */
const first = { requests: 3, events: 20 }
/** Its changes have been confirmed, and the alarm that would have sent them again has passed, when all is still so long. */
const stillForMs = 6_000
const merged = 1_000
const eventsInRequest = 20
const clients = 4

/** Calls of Visitor objects and rows that they write for one request, of visitors at rest; and those of a sign-in. */
export const measureSteadyState = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('object calls and rows a request')
  return withCountedRun(undefined, async ({ spartito: { collector }, read, untilStill }) => {
    const visitors = short ? 6 : 25
    // A block of the ledger is full after sixteen.
    const passes = short ? 16 : 32
    let messages = 0
    const post = (name: string, shows: Shows, n: number, events = 1): Promise<void> =>
      postBatch(
        collector,
        Array.from({ length: events }, () => ({
          name,
          messageId: `steady${messages++}`,
          at: Date.now(),
          ...shows(n),
        })),
      )
    const toAll = async (name: string, shows: Shows, times: number, events?: number): Promise<void> => {
      for (let pass = 0; pass < times; pass++) await allOf(visitors, clients, (n) => post(name, shows, n, events))
    }
    const counted = async (requests: number, load: () => Promise<void>) => {
      const before = (await read()).collector
      await load()
      return costsOf(difference((await read()).collector, before), requests)
    }

    for (const { before, shows } of cases) {
      for (const { name, shows: earlier } of before) await toAll(name, earlier, 1)
      await toAll('Product Viewed', shows, first.requests, first.events)
    }
    const signingIn = short ? 2 : 10
    const seed = (n: number) => seedVisitor(collector, device('seeded')(n).anonymousId, merged, eventsInRequest)
    await allOf(signingIn, clients, seed)
    await untilStill(stillForMs)
    const rows: Row[] = []
    for (const { what, shows, maxCalls, maxRows = 2 } of cases) {
      const { calls, rows: written } = await counted(passes * visitors, () => toAll('Product Viewed', shows, passes))
      rows.push(
        {
          what: `object calls a request, ${what}`,
          value: calls,
          unit: 'calls',
          budget: { kind: 'at most', limit: maxCalls, tolerance: 0 },
        },
        {
          what: `rows a request, ${what}`,
          value: written,
          unit: 'rows',
          budget: { kind: 'at most', limit: maxRows, tolerance: 0 },
        },
      )
    }

    const identify = all(device('seeded'), person('seeded'))
    const { calls, rows: written } = await counted(signingIn, async () => {
      for (let n = 0; n < signingIn; n++) await post('identify', identify, n)
    })
    const what = `an identify that merges ${merged.toLocaleString('en')} events`
    rows.push(
      { what: `object calls, ${what}`, value: calls, unit: 'calls' },
      { what: `rows, ${what}`, value: written, unit: 'rows', note: 'alarms that are set count as rows' },
    )
    return rows
  })
}
