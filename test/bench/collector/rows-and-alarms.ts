import type { BenchOptions } from '../area.ts'
import type { Counts } from '../probe/counts.ts'
import type { Row } from '../row.ts'
import { alarmsRow } from './alarms-row.ts'
import { difference } from './bill.ts'
import { withCountedRun } from './counted-run.ts'
import { postBatch } from './post-batch.ts'

/** Requests of each new visitor, one event each: it is new to the roster, and enters the audience with its third view. */
const firstRequests = 10

/**
 * Rows that the Visitor objects write for one request in the steady state: profiles exist, nothing is emitted, no alarm
 * is due sooner. Deletes and alarms are in the dollars. Beside them, how many alarms all objects set.
 */
export const measureRowsAndAlarms = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('rows written, alarms set')
  return withCountedRun(undefined, async ({ spartito, read, untilStill }) => {
    const visitors = short ? 20 : 100
    const passes = short ? 5 : 10
    let messages = 0
    const postToAll = async (eventsInBatch: number): Promise<void> => {
      for (let visitor = 0; visitor < visitors; visitor++) {
        const sent = { name: 'Product Viewed', anonymousId: `rows${visitor}` }
        const events = Array.from({ length: eventsInBatch }, () => ({
          ...sent,
          messageId: `rows${messages++}`,
          at: Date.now(),
        }))
        await postBatch(spartito.collector, events)
      }
    }
    const count = async (requests: number, eventsInBatch: number): Promise<Counts> => {
      const before = (await read()).collector
      for (let request = 0; request < requests; request++) await postToAll(eventsInBatch)
      return difference((await read()).collector, before)
    }
    const atStart = (await read()).collector
    for (let request = 0; request < firstRequests; request++) await postToAll(1)
    // Its change has been confirmed, and the alarm that would have sent it again has passed, when all is still.
    await untilStill(6_000)
    const first = difference((await read()).collector, atStart)
    const [one, five] = [await count(passes, 1), await count(passes, 5)]
    const requests = passes * visitors
    const rowsARequest = ({ objects }: Counts): number => objects.Visitor!.rowsWritten / requests
    const budget = { kind: 'at most', limit: 2, tolerance: 0 } as const
    return [
      { what: 'rows written in a request, one event', value: rowsARequest(one), unit: 'rows', budget },
      { what: 'rows written in a request, five events', value: rowsARequest(five), unit: 'rows', budget },
      alarmsRow(`of new visitors, ${firstRequests} each, one a request`, first, visitors * firstRequests),
      alarmsRow('of known visitors, one a request, no change', one, requests),
    ]
  })
}
