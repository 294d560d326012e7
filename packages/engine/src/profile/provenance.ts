import { compareEvents, type EpochMs } from '@spartito/protocol'

/** Where a value comes from: enough to order it against any other (WI8, ID13). */
export interface Provenance {
  timestamp: EpochMs
  receivedAt: EpochMs
  messageId: string
  source: string
}

export const isNewer = (a: Omit<Provenance, 'source'>, b: Omit<Provenance, 'source'> | undefined): boolean =>
  b === undefined || compareEvents(a, b) > 0
