import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { keys } from '../../support/keys.ts'
import { receiverDestination } from '../../support/receiver-destination.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { type Arrival, startWebhookReceiver } from '../../support/webhook-receiver.ts'
import type { BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { benchWorkspace } from './bench-workspace.ts'
import { postBatch } from './post-batch.ts'

const windowMs = 2_000
/** One event every so often: the delay of a system that is used, not of one that is flooded. */
const everyMs = 40
const arriveWithinMs = 15_000
/** Every isolate has a version that was published. */
const publishedMs = 4_000
/** A shared machine may hold up a single change by this share of the budget. */
const tolerance = 0.2

interface Visit {
  anonymousId: string
  /** the event's own time */
  at: number
  /** when the request went out, and when its answer was there */
  askedAt: number
  answeredAt: number
}

const visit = async (collector: string, prefix: string, n: number): Promise<Visit> => {
  const anonymousId = `${prefix}-${n}`
  const askedAt = Date.now()
  // Without `sentAt` the time holds as sent: the exit is due exactly one window later.
  const at = askedAt - 7
  await postBatch(collector, [{ messageId: anonymousId, name: 'Product Viewed', at, anonymousId }])
  return { anonymousId, at, askedAt, answeredAt: Date.now() }
}

/** Takes requests and never answers one: its deliveries wait for their timeout. */
const startSilent = async (): Promise<{ origin: string; stop(): Promise<void> }> => {
  const server = createServer(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const rowsOf = (visits: readonly Visit[], beside: readonly Visit[], arrivals: readonly Arrival[]): Row[] => {
  const changeOf = ({ anonymousId }: Visit, type: string): Arrival | undefined =>
    arrivals.find(({ change }) => change.type === type && change.identifiers[0]?.value === anonymousId)
  const delays = (type: string, since: (visit: Visit) => number, its = visits): number[] =>
    its.map((one) => (changeOf(one, type)?.at ?? Number.NaN) - since(one))
  const entered = delays('audience.entered', ({ answeredAt }) => answeredAt)
  const besideDead = delays('audience.entered', ({ answeredAt }) => answeredAt, beside)
  const sinceAsked = delays('audience.entered', ({ askedAt }) => askedAt)
  const exited = delays('audience.exited', ({ at }) => at + windowMs)
  const inexact = visits.filter((one) => changeOf(one, 'audience.exited')?.change.effectiveAt !== one.at + windowMs)
  // A change that never came counts as later than any other.
  const worst = (values: number[], share: number): number =>
    percentile(
      values.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)),
      share,
    )
  const besideRow: Row = {
    what: 'the same p99 beside a destination that never answers',
    value: worst(besideDead, 0.99),
    unit: 'ms',
    peer: { what: 'without it', value: worst(entered, 0.99) },
    ratio: worst(besideDead, 0.99) / worst(entered, 0.99),
    note: `p50 ${worst(besideDead, 0.5)} ms beside it, ${worst(entered, 0.5)} without; each change goes to both`,
  }
  const atMost = (limit: number) => ({ kind: 'at most', limit, tolerance }) as const
  return [
    { what: 'event sent to its change at a webhook, p50', value: worst(sinceAsked, 0.5), unit: 'ms' },
    {
      what: 'event accepted to its change at a webhook, p50',
      value: worst(entered, 0.5),
      unit: 'ms',
      budget: atMost(100),
      note: `${visits.length} new visitors, one every ${everyMs} ms; below 0 the change was there before the answer`,
    },
    {
      what: 'event accepted to its change at a webhook, p99',
      value: worst(entered, 0.99),
      unit: 'ms',
      budget: atMost(500),
    },
    ...(beside.length > 0 ? [besideRow] : []),
    { what: 'exit by time, after its instant, p50', value: worst(exited, 0.5), unit: 'ms' },
    { what: 'exit by time, after its instant, the latest', value: worst(exited, 1), unit: 'ms', budget: atMost(2_000) },
    {
      what: 'exits by time with another effectiveAt than planned',
      value: inexact.length,
      unit: 'count',
      budget: { kind: 'at most', limit: 0, tolerance: 0 },
    },
  ]
}

/** How soon a change reaches a webhook on this machine, and how soon after its instant an exit by time does. */
export const measureChangeDelay = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('delay')
  const receiver = await startWebhookReceiver({ secret: keys.webhook })
  const silent = await startSilent()
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  try {
    const audiences = [{ id: 'viewing', when: { event: 'Product Viewed', within: `PT${windowMs / 1_000}S` } }]
    const healthy = receiverDestination(receiver.origin)
    await admin.publish(benchWorkspace(audiences, [healthy]))
    const count = short ? 100 : 400
    log(`${count} changes to a webhook`)
    await visit(collector, 'first', 0)
    await wait(2_000)
    const visitAll = async (prefix: string, arrivals: number): Promise<Visit[]> => {
      const visits: Promise<Visit>[] = []
      for (let n = 0; n < count; n++) {
        visits.push(visit(collector, prefix, n))
        await wait(everyMs)
      }
      const made = await Promise.all(visits)
      for (const deadline = Date.now() + arriveWithinMs; receiver.arrivals.length < arrivals; await wait(100))
        if (Date.now() > deadline) break
      return made
    }
    const alone = await visitAll('delay', 2 * (count + 1))
    // A look has no time for it.
    if (short) return rowsOf(alone, [], receiver.arrivals)
    log(`${count} changes beside a destination that never answers`)
    await admin.publish(benchWorkspace(audiences, [healthy, { ...receiverDestination(silent.origin), id: 'silent' }]))
    await wait(publishedMs)
    const beside = await visitAll('beside', 2 * (2 * count + 1))
    return rowsOf(alone, beside, receiver.arrivals)
  } finally {
    await runtime.stop()
    await receiver.stop()
    await silent.stop()
    await folder.remove()
  }
}
