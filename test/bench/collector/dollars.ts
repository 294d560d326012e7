import type { BenchOptions } from '../area.ts'
import { readCpu } from '../process-cpu.ts'
import type { Row } from '../row.ts'
import { billOf, difference, formatBill } from './bill.ts'
import { withCountedRun } from './counted-run.ts'
import { postBatch, type Sent } from './post-batch.ts'

const eventsInBatch = 5
const batchesOfVisitor = 8
const clients = 8

/** Two views in five events: a visitor enters with the second batch and leaves five seconds later, by its alarm. */
const audiences = [
  { id: 'engaged', when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT5S' } },
  { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
  { id: 'buyers', when: { event: 'Order Completed' } },
]
const names = ['Product Viewed', 'Product Clicked', 'Product Viewed', 'Cart Viewed', 'Products Searched']

const batchOf = (visitor: number, batch: number): Sent[] => {
  // One visitor in ten signs in with the fifth batch, which makes a second identifier and a merge.
  const isSignedIn = visitor % 10 === 0 && batch >= 4
  return names.map((name, index) => ({
    messageId: `bill-${visitor}-${batch}-${index}`,
    name: isSignedIn && batch === 4 && index === 0 ? 'identify' : name,
    at: Date.now(),
    anonymousId: `bill-device-${visitor}`,
    ...(isSignedIn ? { userId: `bill-user-${visitor}` } : {}),
  }))
}

/** Dollars a million events, with new visitors, sign-ins, changes and all that runs afterwards (DESIGN 7). */
export const measureDollars = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('dollars a million events')
  return withCountedRun(audiences, async ({ spartito, read, untilStill }) => {
    const visitors = short ? 40 : 200
    const { pid } = spartito.runtime
    await untilStill(2_000)
    const before = await read()
    const cpuBefore = await readCpu(pid)
    for (let batch = 0; batch < batchesOfVisitor; batch++) {
      const queue = Array.from({ length: visitors }, (_, visitor) => visitor)
      const client = async (): Promise<void> => {
        for (let visitor = queue.shift(); visitor !== undefined; visitor = queue.shift())
          await postBatch(spartito.collector, batchOf(visitor, batch))
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
    await untilStill(7_000)
    const cpuAfter = await readCpu(pid)
    const after = await read()
    const events = visitors * batchesOfVisitor * eventsInBatch
    const cpuMs = cpuBefore && cpuAfter ? (cpuAfter.total - cpuBefore.total) * 1_000 : events
    const collector = difference(after.collector, before.collector)
    const activation = difference(after.activation, before.activation)
    const bill = billOf(collector, activation, cpuMs, events)
    const changes = collector.messages.CHANGES?.messages ?? 0
    const batches = activation.messagesTaken / Math.max(1, activation.requests)
    const rows = Object.entries(collector.objects).map(
      ([name, { rowsWritten, alarmsSet }]) => `${name} ${rowsWritten} and ${alarmsSet} alarms set`,
    )
    return [
      {
        what: `dollars a million events, batches of ${eventsInBatch}`,
        value: bill.dollars,
        unit: 'USD',
        budget: { kind: 'at most', limit: 1, tolerance: 0.05 },
        note: `${events} events of ${visitors} new visitors, one in ten signs in, ${((changes * 100) / events).toFixed(1)} audience changes in 100 events, ${batches.toFixed(0)} messages in a consumer's batch, rows: ${rows.join(', ')}; ${formatBill(bill)}`,
      },
    ]
  })
}
