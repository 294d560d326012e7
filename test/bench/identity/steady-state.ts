import type { BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import { withCountedRun } from '../collector/counted-run.ts'
import { postBatch, type Sent } from '../collector/post-batch.ts'
import { seedVisitor } from '../collector/seed-visitor.ts'
import type { Row } from '../row.ts'
import { allOf } from './all-of.ts'
import { costsOf } from './request-costs.ts'
import { type SignIn, signInLongAgo } from './sign-in-long-ago.ts'

/** Who sends an event; `n` tells visitors apart. */
type Shows = (n: number) => Pick<Sent, 'anonymousId' | 'userId' | 'sessionId'>

type SignedIn = (n: number) => Omit<SignIn, 'messageId'>

interface Case {
  what: string
  /** who signed in before, in this order, and how long ago */
  before: { shows: SignedIn; hoursAgo: number }[]
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
const both =
  <A, B>(a: (n: number) => A, b: (n: number) => B) =>
  (n: number): A & B => ({ ...a(n), ...b(n) })

const signedIn = (prefix: string): Case['before'] => [{ shows: both(device(prefix), person(prefix)), hoursAgo: 0 }]

/** A device that A has signed in on, and then B. */
const contested = (prefix: string, hoursAgo: { a: number; b: number }, sessions = true): Case['before'] => {
  const signIn = (who: 'a' | 'b') => {
    const shows = both(device(prefix), person(prefix, who))
    return { shows: sessions ? both(shows, inSession(who)) : shows, hoursAgo: hoursAgo[who] }
  }
  return [signIn('a'), signIn('b')]
}

/** Whoever was seen on a device within two hours is asked for copies of what happens there now (SPEC WI9). */
const longAgo = { a: 5, b: 3 }
const lately = { a: 0.2, b: 0.1 }

const cases: Case[] = [
  { what: 'anonymous', before: [], shows: device('anonymous'), maxCalls: 1 },
  {
    what: 'identified, userId and anonymousId',
    before: signedIn('both'),
    shows: both(device('both'), person('both')),
    maxCalls: 1,
  },
  {
    what: 'identified, anonymousId alone, passed on to the owner',
    before: signedIn('alone'),
    shows: device('alone'),
    maxCalls: 2,
  },
  {
    what: 'contested, userId and anonymousId in a proved session',
    before: contested('proved', longAgo),
    shows: both(both(device('proved'), person('proved', 'b')), inSession('b')),
    maxCalls: 1,
  },
  {
    what: 'contested, anonymousId alone in a proved session, passed on',
    before: contested('passed', longAgo),
    shows: both(device('passed'), inSession('b')),
    maxCalls: 2,
  },
  {
    what: 'contested, the same where sessions have no ids',
    before: contested('gaps', { ...longAgo, b: 0 }, false),
    shows: device('gaps'),
    maxCalls: 2,
    // Where gaps alone end a session, the device stores when its newest event was, and the owner the event: a row each,
    // and one of some fifty fills a block besides.
    maxRows: 2.1,
  },
  {
    what: "contested, anonymousId alone in a session without proof, the device's own",
    before: contested('own', longAgo),
    shows: both(device('own'), inSession('c')),
    maxCalls: 1,
  },
  {
    what: 'contested within two hours, passed on, and the one before is asked for copies',
    before: contested('passed-lately', lately),
    shows: both(device('passed-lately'), inSession('b')),
    maxCalls: 3,
  },
  {
    what: "contested within two hours, the device's own, and both are asked for copies",
    before: contested('own-lately', lately),
    shows: both(device('own-lately'), inSession('c')),
    maxCalls: 3,
  },
]

/** What each visitor sends before it is at rest: its audiences are entered, its device is proved, its ledger has a table. */
const first = { requests: 3, events: 40 }
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
      for (const { shows: earlier, hoursAgo } of before)
        await allOf(visitors, clients, (n) => {
          const messageId = `steady${messages++}`
          return signInLongAgo(collector, { messageId, ...earlier(n) }, Date.now() - hoursAgo * 3_600_000)
        })
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

    const identify = both(device('seeded'), person('seeded'))
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
