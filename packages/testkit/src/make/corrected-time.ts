import type { EpochMs } from '@spartito/protocol'

/** The time of an event by the collector's clock, as SPEC WI8 says; written again here so that it can disagree. */
export const correctedTime = (original: EpochMs, sentAt: EpochMs | undefined, receivedAt: EpochMs): EpochMs =>
  Math.min(sentAt === undefined ? original : receivedAt - (sentAt - original), receivedAt)
