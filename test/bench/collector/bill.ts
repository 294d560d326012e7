import type { Counts } from '../probe/counts.ts'
import { sum } from '../statistics.ts'

/** List prices in dollars a million, Workers Paid, beyond the included amounts (PLATFORM, section 4). */
const prices = {
  workerRequest: 0.3,
  workerCpuMs: 0.02,
  objectRequest: 0.15,
  objectActiveSecond: 1.6,
  rowWritten: 1,
  rowRead: 0.001,
  /** three operations of $0.40 for each 64 KB of a message */
  queueChunk: 1.2,
  /** class A: stored, or listed; a deletion is free */
  r2Write: 4.5,
  /** class B */
  r2Read: 0.36,
  kvRead: 0.5,
  kvWrite: 5,
} as const

type Item = keyof typeof prices

/** What each million events costs: dollars a million, and how much of each item one event takes. */
export interface Bill {
  dollars: number
  perEvent: Record<Item, number>
}

/**
 * Adds up the bill of a run.
 *
 * @param cpuMs of all Workers; locally it holds the emulated queue, storage and bucket as well, so it is an upper bound
 */
export const billOf = (collector: Counts, activation: Counts, cpuMs: number, events: number): Bill => {
  const objects = [collector, activation].flatMap((worker) => Object.values(worker.objects))
  const sumOf = (read: (object: (typeof objects)[number]) => number): number => sum(objects.map(read))
  const quantities: Record<Item, number> = {
    workerRequest: collector.requests + activation.requests,
    workerCpuMs: cpuMs,
    objectRequest: sumOf(({ requests }) => requests),
    objectActiveSecond: sumOf(({ activeMs }) => activeMs) / 1_000,
    rowWritten: sumOf(({ rowsWritten, alarmsSet }) => rowsWritten + alarmsSet),
    rowRead: sumOf(({ rowsRead }) => rowsRead),
    queueChunk: sum(
      [collector, activation]
        .flatMap((worker) => Object.values(worker.messages))
        .map(({ chunksOf64Kb }) => chunksOf64Kb),
    ),
    r2Write: activation.r2Puts + activation.r2Lists,
    r2Read: activation.r2Gets,
    kvRead: collector.kvReads + activation.kvReads,
    kvWrite: collector.kvWrites + activation.kvWrites,
  }
  const perEvent = Object.fromEntries(
    Object.entries(quantities).map(([item, quantity]) => [item, quantity / events]),
  ) as Record<Item, number>
  const dollars = sum((Object.keys(prices) as Item[]).map((item) => prices[item] * perEvent[item]))
  return { dollars, perEvent }
}

/** The formula with its numbers: price × quantity of an event, item by item. */
export const formatBill = ({ dollars, perEvent }: Bill): string => {
  const items = (Object.keys(prices) as Item[]).map((item) => {
    const cost = prices[item] * perEvent[item]
    return `${item} ${prices[item]} × ${perEvent[item].toFixed(4)} = ${cost.toFixed(4)}`
  })
  return `${items.join(' + ')} → ${dollars.toFixed(3)}`
}

/** Which objects write the rows of an event, their alarms included. */
export const rowsByObject = (collector: Counts, events: number): string =>
  Object.entries(collector.objects)
    .map(([name, { rowsWritten, alarmsSet }]) => {
      const [rows, alarms] = [rowsWritten, alarmsSet].map((count) => (count / events).toFixed(3))
      return `${name} ${rows} and ${alarms} for alarms`
    })
    .join(', ')

/** What happened between two readings. */
export const difference = (after: Counts, before: Counts): Counts => {
  const minus = (a: unknown, b: unknown): unknown =>
    typeof a === 'number'
      ? a - ((b as number | undefined) ?? 0)
      : Object.fromEntries(
          Object.entries(a as object).map(([key, value]) => [key, minus(value, (b as Record<string, unknown>)?.[key])]),
        )
  return minus(after, before) as Counts
}
