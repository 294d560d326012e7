import type { BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { withCountedRun } from './counted-run.ts'
import { postBatch } from './post-batch.ts'

const visitors = 20

/**
 * Rows that the Visitor objects write for one request in the steady state: profiles exist, nothing is emitted, no alarm
 * is due sooner. Deletes and alarms are in the dollars.
 */
export const measureRowsWritten = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('rows written')
  return withCountedRun(undefined, async ({ spartito, read, untilStill }) => {
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
    const rowsARequest = async (eventsInBatch: number): Promise<number> => {
      const passes = short ? 5 : 20
      const before = (await read()).collector.objects.Visitor!
      for (let pass = 0; pass < passes; pass++) await postToAll(eventsInBatch)
      const after = (await read()).collector.objects.Visitor!
      return (after.rowsWritten - before.rowsWritten) / (passes * visitors)
    }
    // The third view enters the audience; its change has been confirmed and its alarm has passed when all is still.
    for (let view = 0; view < 3; view++) await postToAll(1)
    await untilStill(6_000)
    const budget = { kind: 'at most', limit: 2, tolerance: 0 } as const
    return [
      { what: 'rows written in a request, one event', value: await rowsARequest(1), unit: 'rows', budget },
      { what: 'rows written in a request, five events', value: await rowsARequest(5), unit: 'rows', budget },
    ]
  })
}
