import type { AudienceChange, EpochMs } from '@spartito/protocol'

/** A change as this destination keeps it: what was signed, and what we know about its way here. */
export interface Received extends AudienceChange {
  /** of the first delivery, by this destination's clock */
  receivedAt: EpochMs
  /** always true: what does not verify is never kept */
  verified: true
  /** how often it was delivered; at least once is the promise, so more than 1 is no fault */
  deliveries: number
}
