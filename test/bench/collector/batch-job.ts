import { basic, keys } from '../../support/keys.ts'
import type { LoadJob } from '../load/start-load.ts'

/** How the collector is loaded unless a measurement says otherwise: what the floors are loaded with as well. */
export const connections = 32
export const warmVisitors = 200

/** Posts batches to the collector as a client does. */
export const batchJob = (
  collector: string,
  prefix: string,
  more: Partial<LoadJob> = {},
): Omit<LoadJob, 'seconds' | 'maxRequests'> => ({
  url: `${collector}/v1/batch`,
  headers: { authorization: basic(keys.browser) },
  connections,
  visitors: { prefix, count: warmVisitors },
  eventsPerRequest: 1,
  eventName: 'Product Viewed',
  isVisitorInPath: false,
  ...more,
})
