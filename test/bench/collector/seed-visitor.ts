import { postBatch } from './post-batch.ts'

/** As many as stay below a request's 500 KB. */
const mostInRequest = 400

/** Sends so many events of one visitor, a minute old by their own time. */
export const seedVisitor = async (
  collector: string,
  anonymousId: string,
  events: number,
  inRequest = mostInRequest,
): Promise<void> => {
  for (let from = 0; from < events; from += inRequest) {
    const length = Math.min(inRequest, events - from)
    const batch = Array.from({ length }, (_, index) => ({
      messageId: `${anonymousId}-seed-${from + index}`,
      name: 'Product Viewed',
      at: Date.now() - 60_000,
      anonymousId,
    }))
    await postBatch(collector, batch)
  }
}
