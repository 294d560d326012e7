import { type EpochMs, type Event, eventName } from '@spartito/protocol'
import type { Row } from './column.ts'

/** What befell an event of the quarantine: it was held back, or held back again; or it has left. */
export type HeldState = 'held' | 'recovered' | 'duplicate' | 'filtered' | 'deleted'

/** An event of the quarantine at one step of its story. */
export interface HeldStep {
  /** as the administration names it */
  id: string
  /** from 0, as it was held back; the highest says where it is now */
  step: number
  state: HeldState
  at: EpochMs
  receivedAt: EpochMs
  source: string
  code: string
  version: number
  /** as it came, as JSON */
  json: string
}

/** The event itself is told once, when it is held back first. */
export const quarantineRow = ({ id, step, state, at, receivedAt, source, code, version, json }: HeldStep): Row => {
  const event = JSON.parse(json) as Event
  return {
    received_at: receivedAt,
    at,
    id,
    step,
    state,
    message_id: event.messageId,
    source,
    type: event.type,
    event: eventName(event),
    code,
    version,
    body: step === 0 ? json : null,
  }
}
