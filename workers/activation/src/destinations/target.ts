import type { AudienceChange } from '@spartito/protocol'

/** What one attempt to deliver a change came to. */
export type Attempt =
  | { outcome: 'delivered'; status: number }
  /** worth another try */
  | { outcome: 'failed'; reason: string; retryAfterMs?: number }
  /** will not change by trying again */
  | { outcome: 'refused'; reason: string }

export type Deliver = (change: AudienceChange) => Promise<Attempt>
