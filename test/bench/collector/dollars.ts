import { setTimeout as wait } from 'node:timers/promises'
import type { BenchOptions } from '../area.ts'
import { readCpu } from '../process-cpu.ts'
import type { Row } from '../row.ts'
import { type Bill, billOf, difference, formatBill, rowsByObject } from './bill.ts'
import { type Counted, withCountedRun } from './counted-run.ts'
import { postBatch, type Sent } from './post-batch.ts'

const eventsInBatch = 5
const batchesOfVisitor = 8
/** Few at a time: an object is billed for the time that it waits, and here it waits for the one processor. */
const clients = 3

/** Views happened nearly an hour ago by their own time, so each visitor leaves once, by its alarm, soon after the load. */
const windowMs = 3_600_000
const exitAfter = { wholeMs: 30_000, shortMs: 15_000 }
/**
 * Visitors leave one after another. All at one instant, they would wait for the one processor, and read the workspace all at once,
 * which no visitor's object does on the network, and be billed for it.
 */
const exitEveryMs = 50
const audiences = [
  { id: 'engaged', when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT1H' } },
  { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
  { id: 'buyers', when: { event: 'Order Completed' } },
]
const viewing = ['Product Viewed', 'Product Clicked', 'Product Viewed', 'Cart Viewed', 'Products Searched']
const browsing = ['Product Clicked', 'Cart Viewed', 'Product Clicked', 'Cart Viewed', 'Products Searched']

type MakeBatch = (visitor: number, batch: number) => Sent[]

/** New visitors who enter and leave an audience; one in ten signs in, which makes a second identifier and a merge. */
const newVisitors =
  (viewedAt: number): MakeBatch =>
  (visitor, batch) => {
    const isSignedIn = visitor % 10 === 0 && batch >= 4
    return viewing.map((name, index) => ({
      messageId: `new-${visitor}-${batch}-${index}`,
      name: isSignedIn && batch === 4 && index === 0 ? 'identify' : name,
      at: viewedAt + visitor * exitEveryMs + batch * eventsInBatch + index,
      anonymousId: `bill-device-${visitor}`,
      ...(isSignedIn ? { userId: `bill-user-${visitor}` } : {}),
    }))
  }

/** The same visitors later on, with nothing that changes an audience. */
const knownVisitors: MakeBatch = (visitor, batch) =>
  browsing.map((name, index) => ({
    messageId: `known-${visitor}-${batch}-${index}`,
    name,
    at: Date.now(),
    anonymousId: `bill-device-${visitor}`,
    ...(visitor % 10 === 0 ? { userId: `bill-user-${visitor}` } : {}),
  }))

const postAll = async (collector: string, visitors: number, make: MakeBatch): Promise<void> => {
  for (let batch = 0; batch < batchesOfVisitor; batch++) {
    const queue = Array.from({ length: visitors }, (_, visitor) => visitor)
    const client = async (): Promise<void> => {
      for (let visitor = queue.shift(); visitor !== undefined; visitor = queue.shift())
        await postBatch(collector, make(visitor, batch))
    }
    await Promise.all(Array.from({ length: clients }, client))
  }
}

interface Billed {
  bill: Bill
  what: string
}

const idleMs = 2_000

/** The bill of what `load` does, and of all that follows from it within `followsMs`. */
const billed = async (
  { spartito, read, untilStill }: Counted,
  events: number,
  followsMs: number,
  load: () => Promise<void>,
): Promise<Billed> => {
  const { pid } = spartito.runtime
  await untilStill(2_000)
  const before = await read()
  // What an idle runtime uses is nobody's event.
  const cpuIdle = await readCpu(pid)
  await wait(idleMs)
  const cpuBefore = await readCpu(pid)
  const startedAt = Date.now()
  await load()
  await wait(Math.max(0, startedAt + followsMs - Date.now()))
  await untilStill(7_000)
  const cpuAfter = await readCpu(pid)
  const after = await read()
  const idleShare = (Date.now() - startedAt) / idleMs
  const cpuMs =
    cpuIdle && cpuBefore && cpuAfter
      ? (cpuAfter.total - cpuBefore.total - (cpuBefore.total - cpuIdle.total) * idleShare) * 1_000
      : events
  const collector = difference(after.collector, before.collector)
  const activation = difference(after.activation, before.activation)
  const bill = billOf(collector, activation, cpuMs, events)
  const changes = (((collector.messages.CHANGES?.messages ?? 0) * 100) / events).toFixed(1)
  const batch = (activation.messagesTaken / Math.max(1, activation.requests)).toFixed(0)
  return {
    bill,
    what: `${changes} messages of changes in 100 events, ${batch} messages in a consumer's batch; rows of ${rowsByObject(collector, events)}; ${formatBill(bill)}`,
  }
}

/** Dollars a million events, with new visitors, sign-ins, changes and all that runs afterwards (DESIGN 7). */
export const measureDollars = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('dollars a million events')
  return withCountedRun(audiences, async (counted) => {
    const { collector } = counted.spartito
    const visitors = short ? 40 : 200
    const exitAfterMs = short ? exitAfter.shortMs : exitAfter.wholeMs
    const events = visitors * batchesOfVisitor * eventsInBatch
    const whole = await billed(counted, events, exitAfterMs + visitors * exitEveryMs, () =>
      postAll(collector, visitors, newVisitors(Date.now() - windowMs + exitAfterMs)),
    )
    const steady = await billed(counted, events, 0, () => postAll(collector, visitors, knownVisitors))
    return [
      {
        what: `dollars a million events, batches of ${eventsInBatch}`,
        value: whole.bill.dollars,
        unit: 'USD',
        budget: { kind: 'at most', limit: 1, tolerance: 0.05 },
        note: `${events} events of ${visitors} new visitors, each enters and leaves an audience, one in ten signs in; ${whole.what}`,
      },
      {
        what: `dollars a million events, batches of ${eventsInBatch}, of known visitors, no change`,
        value: steady.bill.dollars,
        unit: 'USD',
        note: `${events} more events of the same visitors; ${steady.what}`,
      },
    ]
  })
}
