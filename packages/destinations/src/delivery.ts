import type { AudienceChange, Event } from '@spartito/protocol'

/** What one destination is to be told: a change of audience, or an event that it asked for. */
export type Delivery =
  | { kind: 'change'; id: string; profileId: string; change: AudienceChange }
  | { kind: 'event'; id: string; profileId: string; event: Event }

/** What one attempt came to, for one delivery of its request. */
export type Attempt =
  | { outcome: 'delivered'; status: number }
  /** worth another try */
  | { outcome: 'failed'; reason: string; status?: number; retryAfterMs?: number }
  /** will not change by trying again */
  | { outcome: 'refused'; reason: string; status?: number }
  /** the destination has no use for it, and never will: such as an exit where there is only adding */
  | { outcome: 'skipped'; reason: string }
