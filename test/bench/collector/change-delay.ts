import { setTimeout as wait } from 'node:timers/promises'
import { keys } from '../../support/keys.ts'
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

const visit = async (collector: string, n: number): Promise<Visit> => {
  const anonymousId = `delay-${n}`
  const askedAt = Date.now()
  // Without `sentAt` the time holds as sent: the exit is due exactly one window later.
  const at = askedAt - 7
  await postBatch(collector, [{ messageId: `delay-${n}`, name: 'Product Viewed', at, anonymousId }])
  return { anonymousId, at, askedAt, answeredAt: Date.now() }
}

const rowsOf = (visits: readonly Visit[], arrivals: readonly Arrival[]): Row[] => {
  const changeOf = ({ anonymousId }: Visit, type: string): Arrival | undefined =>
    arrivals.find(({ change }) => change.type === type && change.identifiers[0]?.value === anonymousId)
  const delays = (type: string, since: (visit: Visit) => number): number[] =>
    visits.map((one) => (changeOf(one, type)?.at ?? Number.NaN) - since(one))
  const entered = delays('audience.entered', ({ answeredAt }) => answeredAt)
  const sinceAsked = delays('audience.entered', ({ askedAt }) => askedAt)
  const exited = delays('audience.exited', ({ at }) => at + windowMs)
  const inexact = visits.filter((one) => changeOf(one, 'audience.exited')?.change.effectiveAt !== one.at + windowMs)
  // A change that never came counts as later than any other.
  const worst = (values: number[], share: number): number =>
    percentile(
      values.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)),
      share,
    )
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
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  try {
    const audiences = [{ id: 'viewing', when: { event: 'Product Viewed', within: `PT${windowMs / 1_000}S` } }]
    const settings = { url: `${receiver.origin}/hook`, secret: keys.webhook }
    await admin.publish(
      benchWorkspace(audiences, [
        { id: 'receiver', type: 'webhook', purposes: ['marketing'], audiences: '*', settings },
      ]),
    )
    const count = short ? 100 : 400
    log(`${count} changes to a webhook`)
    await visit(collector, -1)
    await wait(2_000)
    const visits: Promise<Visit>[] = []
    for (let n = 0; n < count; n++) {
      visits.push(visit(collector, n))
      await wait(everyMs)
    }
    const made = await Promise.all(visits)
    for (const deadline = Date.now() + arriveWithinMs; receiver.arrivals.length < 2 * (count + 1); await wait(100))
      if (Date.now() > deadline) break
    return rowsOf(made, receiver.arrivals)
  } finally {
    await runtime.stop()
    await receiver.stop()
    await folder.remove()
  }
}
