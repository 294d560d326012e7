import type { AudienceChange, Event } from '@spartito/protocol'

/** What one destination is to be told: a change of audience, or an event that it asked for. */
export type Delivery = {
  /** the idempotency key; no dot is in it, since a webhook's signature parts its fields by dots */
  id: string
  profileId: string
  /** a sample that an administrator has asked for: where the tool can check without keeping, it is asked to */
  isTest?: true
} & ({ kind: 'change'; change: AudienceChange } | { kind: 'event'; event: Event })

/** What one attempt came to, for one delivery of its request. */
export type Attempt =
  | { outcome: 'delivered'; status: number }
  /**
   * worth another try; `isAlone`: in a request of its own, since the whole request was refused for what may be another delivery's
   * fault
   */
  | { outcome: 'failed'; reason: string; status?: number; retryAfterMs?: number; isAlone?: true }
  /** will not change by trying again */
  | { outcome: 'refused'; reason: string; status?: number }
  /** the destination has no use for it, and never will: such as an exit where there is only adding */
  | { outcome: 'skipped'; reason: string }
